// Whether a picture of a moving camera may be judged: dark, frozen, blurred, blocked. There is no
// empty street to compare with; the drive's own pictures are the measure. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>

#include "watch/guards.h"
#include "watch/vehicle/track.h"

namespace xunjie::watch::vehicle {

class DrivingGuards {
 public:
  // In order of time. A picture that is exactly the last one although the car went on is frozen.
  Verdict judge(const Look& look, const std::optional<Pose>& pose);

 private:
  std::uint64_t last_hash_ = 0;
  std::optional<double> last_m_;
  double usual_detail_ = 0;  // of sound pictures, moving mean; 0: none yet
};

}  // namespace xunjie::watch::vehicle
