#include "app/jpeg_size.h"

namespace xunjie::app {
namespace {

constexpr int kStart = 0xD8, kEnd = 0xD9, kScan = 0xDA;

int byte_at(std::span<const std::byte> bytes, std::size_t at) {
  return std::to_integer<int>(bytes[at]);
}

int word_at(std::span<const std::byte> bytes, std::size_t at) {
  return byte_at(bytes, at) * 256 + byte_at(bytes, at + 1);
}

// SOF0 to SOF15 without DHT, JPG and DAC, which lie among them.
bool is_frame_header(int marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

}  // namespace

std::optional<PixelSize> jpeg_size(std::span<const std::byte> bytes) {
  if (bytes.size() < 4 || word_at(bytes, 0) != 0xFF00 + kStart) return std::nullopt;
  std::size_t at = 2;
  while (at + 4 <= bytes.size()) {
    if (byte_at(bytes, at) != 0xFF) return std::nullopt;
    const int marker = byte_at(bytes, at + 1);
    if (marker == 0xFF) {  // any number of these may fill the space before a marker
      ++at;
      continue;
    }
    if (marker == kEnd || marker == kScan) return std::nullopt;
    const int length = word_at(bytes, at + 2);  // its own two bytes included
    if (length < 2) return std::nullopt;
    if (is_frame_header(marker)) {
      if (length < 8 || at + 9 > bytes.size()) return std::nullopt;
      const PixelSize size{word_at(bytes, at + 7), word_at(bytes, at + 5)};
      return size.width > 0 && size.height > 0 ? std::optional(size) : std::nullopt;
    }
    at += 2 + static_cast<std::size_t>(length);
  }
  return std::nullopt;
}

}  // namespace xunjie::app
