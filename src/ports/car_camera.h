// What a camera on a car has beside its video: how it sits on the car, where the car's position
// comes from, and whose fronts stand along the way.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/matching.h"

namespace xunjie::ports {

struct Mounting {
  double height_m = 1.8;  // of the lens over the road
  double yaw_deg = 45;    // of the view relative to the car's nose, clockwise; 90 looks right
  double pitch_deg = 5;   // downwards
  double hfov_deg = 90;   // across the whole picture
  double forward_m = 0;   // of the lens before the receiver's antenna
  double right_m = 0;
  friend bool operator==(const Mounting&, const Mounting&) = default;
};

struct CarTrack {
  std::string source;      // tcp://HOST:PORT, NMEA 0183
  Micros clock_offset;     // camera clock minus receiver clock; live: how late a picture arrives
  double gps_error_m = 8;  // one standard deviation per axis
  double look_every_m = 4;
  friend bool operator==(const CarTrack&, const CarTrack&) = default;
};

struct CarSetup {
  Mounting mounting;
  CarTrack track;
  std::vector<domain::ShopPlace> frontages;
  friend bool operator==(const CarSetup&, const CarSetup&) = default;
};

constexpr std::size_t kMaxFrontages = 20'000;

// The limits of every number. Errors: invalid_argument with the field's path (mounting.height_m),
// its value and what would be right.
Result<void> validate(const Mounting& mounting);
Result<void> validate(const CarTrack& track);
// Whether a live track can be read from there: tcp://HOST:PORT without a user or path. The address
// is not repeated in the error.
Result<void> validate_track_source(const std::string& source);

}  // namespace xunjie::ports
