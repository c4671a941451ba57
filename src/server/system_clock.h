// The machine's clocks.
#pragma once

#include <chrono>

#include "ports/clock.h"

namespace xunjie::server {

class SystemClock final : public ports::Clock {
 public:
  [[nodiscard]] UtcMicros now() const override {
    return {micros(std::chrono::system_clock::now().time_since_epoch())};
  }
  [[nodiscard]] Micros monotonic() const override {
    return {micros(std::chrono::steady_clock::now().time_since_epoch())};
  }

 private:
  template <typename Duration>
  static std::int64_t micros(Duration since) {
    return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
  }
};

}  // namespace xunjie::server
