#include "store/digest.h"

#include <openssl/evp.h>

#include <cstring>

#include "base/check.h"

namespace xunjie::store {
namespace {

// Fetched once: looking the algorithm up costs more than hashing an event.
const EVP_MD* sha256() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  XUNJIE_CHECK(algorithm != nullptr);
  return algorithm;
}

std::array<char, 8> little_endian(std::uint64_t value) {
  std::array<char, 8> out{};
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<char>((value >> (8 * i)) & 0xff);
  return out;
}

}  // namespace

std::string_view Digest::view() const {
  return {reinterpret_cast<const char*>(bytes.data()),
          bytes.size()};  // NOLINT: bytes as characters
}

std::string Digest::hex() const {
  return to_hex(view());
}

bool Digest::read(std::string_view raw, Digest& out) {
  out = {};
  if (raw.size() != out.bytes.size()) return false;
  std::memcpy(out.bytes.data(), raw.data(), raw.size());
  return true;
}

// One context a thread lies ready: making one costs as much as hashing an event.
namespace {

struct Delete {
  void operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }
};
thread_local std::unique_ptr<evp_md_ctx_st, Delete> spare;

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
  spare.reset(context);
}

Sha256::Sha256() : context_(spare ? spare.release() : EVP_MD_CTX_new()) {
  XUNJIE_CHECK(context_ != nullptr);
  XUNJIE_CHECK(EVP_DigestInit_ex2(context_.get(), sha256(), nullptr) == 1);
}

Sha256& Sha256::raw(std::string_view bytes) {
  XUNJIE_CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  return *this;
}

Sha256& Sha256::field(std::string_view bytes) {
  number(static_cast<std::int64_t>(bytes.size()));
  return raw(bytes);
}

Sha256& Sha256::number(std::int64_t value) {
  const auto bytes = little_endian(static_cast<std::uint64_t>(value));
  return raw({bytes.data(), bytes.size()});
}

Digest Sha256::finish() {
  Digest out;
  unsigned int size = 0;
  XUNJIE_CHECK(EVP_DigestFinal_ex(context_.get(), out.bytes.data(), &size) == 1);
  XUNJIE_CHECK(size == out.bytes.size());
  return out;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
  }
  return out;
}

}  // namespace xunjie::store
