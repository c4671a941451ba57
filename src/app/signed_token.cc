#include "app/signed_token.h"

#include <charconv>

#include "app/secrets.h"

namespace xunjie::app {
namespace {

constexpr std::size_t kTokenMax = 256;
constexpr std::size_t kMacBytes = 16;

std::string mac_of(std::string_view key, std::string_view purpose, std::string_view payload) {
  return hmac_sha256(key, std::string(purpose) + "\n" + std::string(payload)).substr(0, kMacBytes);
}

}  // namespace

std::string sign_text(std::string_view key, std::string_view purpose, const SignedText& text) {
  const std::string payload = std::to_string(text.expires.count / 1'000'000) + "." + text.subject;
  return to_base64url(payload) + "." + to_base64url(mac_of(key, purpose, payload));
}

std::optional<SignedText> open_signed_text(std::string_view key, std::string_view purpose,
                                           std::string_view token) {
  const auto dot = token.find('.');
  if (token.size() > kTokenMax || dot == std::string_view::npos) return std::nullopt;
  const auto payload = from_base64url(token.substr(0, dot));
  const auto mac = from_base64url(token.substr(dot + 1));
  if (!payload || !mac || !equal_in_constant_time(*mac, mac_of(key, purpose, *payload))) {
    return std::nullopt;
  }
  const auto split = payload->find('.');
  std::int64_t expires_s = 0;
  const auto [at, failure] =
      std::from_chars(payload->data(), payload->data() + payload->size(), expires_s);
  if (failure != std::errc() || split == std::string::npos || at != payload->data() + split) {
    return std::nullopt;
  }
  return SignedText{payload->substr(split + 1), UtcMicros{expires_s * 1'000'000}};
}

}  // namespace xunjie::app
