// Time behind a seam, so that tests can stop, step and turn it back.
#pragma once

#include "base/time.h"

namespace xunjie::ports {

class Clock {
 public:
  virtual ~Clock() = default;
  // The server's wall clock. May step back; callers that need order keep the last value themselves.
  [[nodiscard]] virtual UtcMicros now() const = 0;
  // Never steps back; only differences mean anything.
  [[nodiscard]] virtual Micros monotonic() const = 0;
};

}  // namespace xunjie::ports
