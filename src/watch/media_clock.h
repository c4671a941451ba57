// Presentation times of one opening of a source: from zero, and steady where the source's own
// clock jumps.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "base/time.h"

namespace xunjie::watch {

class MediaClock {
 public:
  // `stamp` in microseconds of the source's clock, nothing when a packet has none; `usual` is the
  // distance of two pictures.
  Micros at(std::optional<std::int64_t> stamp, Micros usual) {
    std::int64_t media = last_ + usual.count;
    if (stamp) {
      if (!first_) first_ = *stamp;
      // A source that starts its clock anew must not throw the time line back or years ahead.
      if (std::abs(*stamp - *first_ - last_) < kMostJump)
        media = *stamp - *first_;
      else
        first_ = *stamp - media;
    }
    last_ = std::max<std::int64_t>(0, media);
    return Micros{last_};
  }

 private:
  static constexpr std::int64_t kMostJump = 600'000'000;
  std::optional<std::int64_t> first_;
  std::int64_t last_ = 0;
};

}  // namespace xunjie::watch
