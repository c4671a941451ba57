// When to look next: rarely at a quiet street, often while something matures, never less than the
// longest period. Keyframes are waited for; only where they are far apart a look is due between
// them.
#pragma once

#include <optional>

#include "watch/media.h"
#include "watch/options.h"

namespace xunjie::watch {

class LookClock {
 public:
  LookClock(const WatchOptions& options, Micros shortest_dwell);

  // Every packet, in order; true when it should be looked at now.
  bool due(const Packet& packet);
  // After a look at `at`: what the next period depends on.
  void looked(UtcMicros at, bool maturing, bool learning);
  // Look at the next opportunity, and keep looking often until the next looked().
  void soon() { soon_ = true; }
  // Cuts the first quiet period to this share, 0 to 1, so that cameras that began together do not
  // look together for ever.
  void stagger(double share) { first_share_ = share; }
  // Overload: every period times this factor (at least 1), bounded by the longest period.
  void stretch(double factor) { stretch_ = factor < 1 ? 1 : factor; }
  // The period now in force, stretch included.
  [[nodiscard]] Micros period() const;

 private:
  WatchOptions options_;
  Micros quiet_, maturing_, learning_period_;
  std::optional<UtcMicros> last_look_, last_key_;
  Micros key_interval_;
  bool often_ = true;
  bool learning_ = true;
  bool soon_ = false;
  double stretch_ = 1;
  std::optional<double> first_share_;  // until the first quiet period is over
};

}  // namespace xunjie::watch
