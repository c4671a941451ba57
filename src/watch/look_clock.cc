#include "watch/look_clock.h"

#include <algorithm>

namespace xunjie::watch {
namespace {

// Keyframes closer than this are always waited for.
constexpr Micros kPatience = seconds(4);
// The empty street is learned from looks so far apart that somebody who stands and talks is not in
// most of them, and done long before anything could have stayed.
constexpr Micros kLearningLeast = millis(800), kLearningMost = seconds(5);

// A long dwell needs no look every two seconds, a short one needs several within it.
Micros maturing_for(const WatchOptions& options, Micros dwell) {
  const Micros least = std::min(seconds(1), options.maturing_period);
  const Micros usual = std::clamp(Micros{dwell.count / 6}, least, options.maturing_period);
  return std::max(usual, std::min(Micros{dwell.count / 30}, options.maturing_period_long));
}

}  // namespace

LookClock::LookClock(const WatchOptions& options, Micros shortest_dwell)
    : options_(options),
      quiet_(std::clamp(Micros{shortest_dwell.count / 4},
                        std::min(seconds(2), options.quiet_period), options.quiet_period)),
      maturing_(maturing_for(options, shortest_dwell)),
      learning_period_(
          std::clamp(Micros{shortest_dwell.count / 15}, kLearningLeast, kLearningMost)) {}

Micros LookClock::period() const {
  const Micros base = learning_ ? learning_period_ : often_ || soon_ ? maturing_ : quiet_;
  const bool first = first_share_ && !learning_;
  const double factor = first ? stretch_ * *first_share_ : stretch_;
  const Micros stretched{static_cast<std::int64_t>(static_cast<double>(base.count) * factor)};
  return std::min(stretched, options_.longest_period);
}

bool LookClock::due(const Packet& packet) {
  if (packet.key) {
    if (last_key_) key_interval_ = packet.at - *last_key_;
    last_key_ = packet.at;
  }
  if (!last_look_) return packet.key;
  const Micros passed = packet.at - *last_look_;
  if (passed < Micros{}) return packet.key;  // the source's time line started anew
  if (packet.key) {
    const Micros slack{
        std::min(period().count / 4, std::max<std::int64_t>(key_interval_.count / 2, 200'000))};
    return passed >= period() - slack;
  }
  if (!last_key_) return false;
  const Micros gap = std::max(key_interval_, packet.at - *last_key_);
  const bool far_apart = gap > std::max(kPatience, Micros{period().count * 3 / 2});
  return far_apart && passed >= period();
}

void LookClock::looked(UtcMicros at, bool maturing, bool learning) {
  last_look_ = at;
  if (!learning_ && !learning) first_share_.reset();
  often_ = maturing;
  learning_ = learning;
  soon_ = false;
}

}  // namespace xunjie::watch
