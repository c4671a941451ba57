// Points and spans of time as types, so that a media second is never added to a wall second.
// Nothing here reads a clock: that is ports/clock.h.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace xunjie {

struct Micros {  // a span
  std::int64_t count = 0;
  friend constexpr auto operator<=>(Micros, Micros) = default;
  friend constexpr Micros operator+(Micros a, Micros b) { return {a.count + b.count}; }
  friend constexpr Micros operator-(Micros a, Micros b) { return {a.count - b.count}; }
  friend constexpr Micros operator*(Micros a, std::int64_t n) { return {a.count * n}; }
  [[nodiscard]] constexpr double seconds() const { return static_cast<double>(count) / 1e6; }
};
constexpr Micros seconds(std::int64_t n) {
  return {n * 1'000'000};
}
constexpr Micros millis(std::int64_t n) {
  return {n * 1'000};
}
constexpr Micros minutes(std::int64_t n) {
  return seconds(n * 60);
}
constexpr Micros hours(std::int64_t n) {
  return minutes(n * 60);
}
constexpr Micros days(std::int64_t n) {
  return hours(n * 24);
}

struct UtcMicros {  // microseconds since 1970-01-01T00:00:00Z
  std::int64_t count = 0;
  friend constexpr auto operator<=>(UtcMicros, UtcMicros) = default;
  friend constexpr UtcMicros operator+(UtcMicros t, Micros d) { return {t.count + d.count}; }
  friend constexpr UtcMicros operator-(UtcMicros t, Micros d) { return {t.count - d.count}; }
  friend constexpr Micros operator-(UtcMicros a, UtcMicros b) { return {a.count - b.count}; }
};

// RFC 3339 in UTC with milliseconds, "2026-03-01T08:00:00.000Z".
std::string to_rfc3339(UtcMicros time);
// Accepts 'Z' or an offset, 0-6 fraction digits; invalid_argument names the text.
Result<UtcMicros> parse_rfc3339(std::string_view text);

}  // namespace xunjie
