// The watcher's own time: starts at the wall clock and then runs with the monotonic clock, so a
// stepped wall clock changes no dwell. What leaves the watcher is translated back.
#pragma once

#include "ports/clock.h"

namespace xunjie::watch {

class TimeLine {
 public:
  explicit TimeLine(const ports::Clock& clock)
      : clock_(clock), wall_(clock.now()), start_(clock.monotonic()) {}

  [[nodiscard]] UtcMicros now() const { return wall_ + (clock_.monotonic() - start_); }
  // A time of this line on today's wall clock.
  [[nodiscard]] UtcMicros to_wall(UtcMicros at) const {
    const Micros drift = clock_.now() - now();
    const bool stepped = drift > seconds(2) || drift < seconds(-2);
    return stepped ? at + drift : at;
  }

 private:
  const ports::Clock& clock_;
  UtcMicros wall_;
  Micros start_;
};

}  // namespace xunjie::watch
