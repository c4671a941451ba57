// How large a JPEG picture is, from its headers alone: nothing is decoded.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace xunjie::app {

struct PixelSize {
  int width = 0, height = 0;
  friend bool operator==(const PixelSize&, const PixelSize&) = default;
};

// nullopt: not a JPEG (ITU-T T.81), cut off before its frame header, or without a size in it. Any
// bytes may be handed in.
std::optional<PixelSize> jpeg_size(std::span<const std::byte> bytes);

}  // namespace xunjie::app
