// SHA-256 with unambiguous framing: every field is preceded by its length, so no two different sets
// of fields hash the same text.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace xunjie::store {

struct Digest {
  std::array<unsigned char, 32> bytes{};
  [[nodiscard]] std::string_view view() const;
  [[nodiscard]] std::string hex() const;
  // From 32 raw bytes; anything else gives all zeros and false.
  static bool read(std::string_view raw, Digest& out);
  friend bool operator==(const Digest&, const Digest&) = default;
};

class Sha256 {
 public:
  Sha256();
  Sha256& raw(std::string_view bytes);
  Sha256& field(std::string_view bytes);  // 8 bytes little-endian length, then the bytes
  Sha256& number(std::int64_t value);     // 8 bytes little-endian two's complement
  Digest finish();                        // once

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

std::string to_hex(std::string_view bytes);

}  // namespace xunjie::store
