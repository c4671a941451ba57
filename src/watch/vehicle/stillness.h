// Does a thing stand, or does it walk, roll or drive? From where it was placed on the ground by
// several looks of a moving camera: for something that stands, and only for that, all the bearings
// meet in one place (parallax). Where they would also meet for something that walks (0.8 to 1.4
// m/s, any direction), nothing is proved: the likelihoods of both are weighed.
#pragma once

#include <span>

#include "base/time.h"
#include "watch/vehicle/plane.h"

namespace xunjie::watch::vehicle {

struct Sighted {
  UtcMicros at;
  Place place;
  Metres2 lens;  // seen from
};

enum class Stillness {
  unproven,  // too few looks, too little parallax, or not sure enough either way
  still,
  moves,
};

struct StillnessOptions {
  int looks_least = 3;
  double baseline_least_m = 4;         // way of the lens between the first and the last look …
  Micros watched_least = seconds(60);  // … or, from a parked car, time between them
  double still_odds = 1.2;  // standing explains the sightings so much better than walking
};

struct Motion {
  Stillness stillness = Stillness::unproven;
  Metres2 velocity;  // m/s, least squares
  double error_mps = 0;
  double misfit = 0;  // of "one place", squared standard deviations per degree of freedom
};

Motion motion_of(std::span<const Sighted> sightings, const StillnessOptions& options);

}  // namespace xunjie::watch::vehicle
