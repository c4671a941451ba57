// How far the camera really looks from where it is said to look.
//
// A tape measure and a careful eye leave half a degree of pitch and a degree of yaw; at 25 m that
// is two metres, and makes everything that stands seem to creep along as the car comes near. But
// most of what is followed over several looks does stand, so the small turn of the camera that lets
// the most of it stand still is the camera's own. Robust: what really moves counts no more than a
// bounded misfit. Pure.
#pragma once

#include <span>

#include "watch/vehicle/pass.h"

namespace xunjie::watch::vehicle {

struct CameraTurn {
  double yaw_deg = 0, pitch_deg = 0;  // to be added to the mounting
};

// Searches from `start` within 3 degrees of yaw and 2 of pitch about the mounting as given. Returns
// `start` when fewer than 6 things were followed over at least 4 looks.
CameraTurn calibrate(const PassSeen& pass, const PassOptions& options, CameraTurn start);

}  // namespace xunjie::watch::vehicle
