// Little-endian bytes for the state and spool files. Reading past the end gives zeros and turns
// ok() false for good, so callers check once at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "base/result.h"

namespace xunjie::watch {

using Bytes = std::vector<std::byte>;

class ByteWriter {
 public:
  template <typename T>
  void put(T value) {
    static_assert(std::is_arithmetic_v<T>);
    const auto* from = reinterpret_cast<const std::byte*>(&value);
    out_.insert(out_.end(), from, from + sizeof value);
  }
  void put_bytes(std::span<const std::byte> bytes) {
    put<std::uint64_t>(bytes.size());
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }
  void put_text(const std::string& text) { put_bytes(std::as_bytes(std::span(text))); }
  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : left_(bytes) {}
  template <typename T>
  T get() {
    static_assert(std::is_arithmetic_v<T>);
    T value{};
    if (left_.size() < sizeof value) {
      fail();
      return value;
    }
    std::memcpy(&value, left_.data(), sizeof value);
    left_ = left_.subspan(sizeof value);
    return value;
  }
  std::span<const std::byte> get_bytes() {
    const auto n = get<std::uint64_t>();
    if (n > left_.size()) {
      fail();
      return {};
    }
    const auto out = left_.first(n);
    left_ = left_.subspan(n);
    return out;
  }
  std::string get_text() {
    const auto bytes = get_bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return left_.empty(); }

 private:
  void fail() {
    ok_ = false;
    left_ = {};
  }
  std::span<const std::byte> left_;
  bool ok_ = true;
};

// Whole or not at all: written beside, synced, renamed, folder synced. A checksum is put behind.
// Errors: full, unavailable.
Result<void> write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);
// Errors: not_found, corrupt (checksum), too_large (over 256 MiB).
Result<Bytes> read_file(const std::filesystem::path& path);

}  // namespace xunjie::watch
