#include "watch/seal.h"

#include <openssl/evp.h>

#include <array>
#include <string>

#include "base/check.h"

namespace xunjie::watch {

domain::BlobId hash_of(std::span<const std::byte> bytes) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  XUNJIE_CHECK(done == 1 && size == digest.size());
  constexpr const char* kDigits = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 15U];
  }
  return domain::BlobId(hex);
}

}  // namespace xunjie::watch
