// Smooths the fixes of one uninterrupted stretch of a track.
//
// Per axis a Kalman filter forward and a Rauch-Tung-Striebel smoother back, over the state
// [position, velocity, drift]. Why the drift: the error of a receiver in a street canyon is not
// independent from second to second, it wanders within metres over half a minute. A filter that
// takes it as white noise believes after ten seconds to know the place to two metres, and is wrong
// by eight. Here a Gauss-Markov drift stands for it: the measured position is position + drift +
// white noise, the measured velocity (Doppler, good to 0.3 m/s) is the velocity. So the shape of
// the drive is sharp, which is what things seen from it are compared by, and the place is stated no
// surer than it is. The axes are independent because every error here is round.
//
// A fix that lies more than five standard deviations off is left out; five in a row mean that the
// filter is wrong, and begin a new stretch. Pure; linear in the number of fixes.
#pragma once

#include <span>
#include <vector>

#include "watch/vehicle/fix.h"
#include "watch/vehicle/plane.h"

namespace xunjie::watch::vehicle {

struct FilterOptions {
  double gps_error_m = 8;    // one standard deviation per axis at hdop 1, drift included
  double drift_share = 0.8;  // of it that drifts; the rest is white (shares of a root sum)
  double drift_s = 30;       // the drift's correlation time
  double velocity_error_mps = 0.3;
  double agility = 2;  // m²/s³: a car that brakes at 2 m/s² for a second
};

struct Smoothed {
  UtcMicros at;
  Metres2 position;
  Metres2 velocity;    // m/s
  double error_m = 0;  // one standard deviation per axis of the position
  double velocity_error_mps = 0;
};

struct Stretches {
  std::vector<std::vector<Smoothed>> parts;
  std::uint64_t outliers = 0;
};

// `fixes` strictly rising in time, without gaps. One part, or more where the filter began anew.
Stretches smooth(std::span<const Fix> fixes, const Plane& plane, const FilterOptions& options);

}  // namespace xunjie::watch::vehicle
