// Ids are strings with a type: a CameraId cannot be passed where a CaseId is meant.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace xunjie {

template <typename Tag>
struct Id {
  std::string value;
  Id() = default;
  explicit Id(std::string text) : value(std::move(text)) {}
  [[nodiscard]] bool empty() const { return value.empty(); }
  friend auto operator<=>(const Id&, const Id&) = default;
};

// 26 Crockford base-32 characters, sortable by time (ULID layout: 48 bits of milliseconds, 80 of
// randomness from the operating system). Thread-safe.
std::string make_ulid(UtcMicros now);

}  // namespace xunjie

template <typename Tag>
struct std::hash<xunjie::Id<Tag>> {
  std::size_t operator()(const xunjie::Id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.value);
  }
};
