// Hashes, signatures and randomness in the few shapes the use cases need (OpenSSL, libsodium
// inside).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xunjie::app {

std::string sha256_hex(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view text);  // 32 raw bytes
std::string hex_of(std::string_view bytes);
std::string random_bytes(std::size_t count);
bool equal_in_constant_time(std::string_view a, std::string_view b);

std::string to_base64url(std::string_view bytes);  // without padding
std::optional<std::string> from_base64url(std::string_view text);
std::optional<std::vector<std::byte>> from_base64(std::string_view text);  // with padding

// argon2id. `weak` takes the least cost libsodium allows, for tests.
std::optional<std::string> hash_password(std::string_view password, bool weak);
bool verify_password(std::string_view password, const std::string& hash);

}  // namespace xunjie::app
