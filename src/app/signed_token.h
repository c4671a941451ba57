// Short signed texts for addresses: base64url(payload) "." base64url(first 16 bytes of the HMAC).
// The purpose is signed with the payload, so that a token for one thing never opens another.
// Internal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace xunjie::app {

struct SignedText {
  std::string subject;
  UtcMicros expires;  // whole seconds
};

std::string sign_text(std::string_view key, std::string_view purpose, const SignedText& text);
// nullopt: not signed by this key for this purpose. Expiry is the caller's to judge.
std::optional<SignedText> open_signed_text(std::string_view key, std::string_view purpose,
                                           std::string_view token);

}  // namespace xunjie::app
