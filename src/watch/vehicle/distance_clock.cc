#include "watch/vehicle/distance_clock.h"

namespace xunjie::watch::vehicle {

bool DistanceClock::due(UtcMicros at, const std::optional<Pose>& pose) const {
  if (!last_ || at < *last_ || at - *last_ >= options_.standing_period) return true;
  if (!pose) return false;
  // Out of a gap: how far the car came meanwhile is not known, so look.
  return !last_m_ || pose->travelled_m - *last_m_ >= options_.every_m * stretch_;
}

void DistanceClock::looked(UtcMicros at, const std::optional<Pose>& pose) {
  last_ = at;
  last_m_ = pose ? std::optional(pose->travelled_m) : std::nullopt;
}

}  // namespace xunjie::watch::vehicle
