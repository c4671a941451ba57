// When a camera on a car looks: by the way travelled, not by time.
//
// A look every few metres shows each thing on the pavement from three or more places; a car that
// stands sees the same picture again and looks once a minute. Where the position is unknown nothing
// seen could be placed, so that counts as standing. Not thread-safe.
#pragma once

#include <optional>

#include "watch/vehicle/track.h"

namespace xunjie::watch::vehicle {

struct DistanceClockOptions {
  double every_m = 4;
  Micros standing_period = minutes(1);
};

class DistanceClock {
 public:
  explicit DistanceClock(const DistanceClockOptions& options) : options_(options) {}

  // Is a look due at this moment? `pose` is empty where the position is unknown.
  [[nodiscard]] bool due(UtcMicros at, const std::optional<Pose>& pose) const;
  void looked(UtcMicros at, const std::optional<Pose>& pose);
  // Overload: looks this many times as far apart (at least 1).
  void stretch(double factor) { stretch_ = factor < 1 ? 1 : factor; }

 private:
  DistanceClockOptions options_;
  std::optional<UtcMicros> last_;
  std::optional<double> last_m_;
  double stretch_ = 1;
};

}  // namespace xunjie::watch::vehicle
