// How both sides of a gateway prove who speaks.
//
// Four headers go with every request: X-Xunjie-Key names the secret, X-Xunjie-Timestamp is Unix
// seconds, X-Xunjie-Nonce is random, X-Xunjie-Signature is hex HMAC-SHA256 under the secret over
//   method \n path \n timestamp \n nonce \n hex SHA-256 of the body.
// The path is the one of the URL, without query. A request is refused when its time is more than
// five minutes off or its nonce was seen within that time.
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ports/clock.h"

namespace xunjie::message {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Credentials {
  std::string key;
  std::string secret;
};

struct SignedParts {
  std::string_view method, path, timestamp, nonce, body;
};

// Lower-case hex.
std::string signature_of(const std::string& secret, const SignedParts& parts);

Headers signed_headers(const Credentials& credentials, std::string_view method,
                       std::string_view path, std::string_view body, UtcMicros now);

// Thread-safe. Remembers the nonces of the last ten minutes, at most kNoncesMax; beyond that a
// request is refused with rate_limited rather than an old nonce forgotten early.
class SignatureVerifier {
 public:
  SignatureVerifier(Credentials credentials, const ports::Clock& clock)
      : credentials_(std::move(credentials)), clock_(clock) {}

  // Errors: unauthenticated (says which part does not hold, never the expected value),
  // rate_limited.
  Result<void> verify(const Headers& headers, std::string_view method, std::string_view path,
                      std::string_view body);

 private:
  static constexpr std::size_t kNoncesMax = 100'000;

  Result<void> remember(std::string nonce, Micros now);

  Credentials credentials_;
  const ports::Clock& clock_;
  std::mutex mutex_;
  std::deque<std::pair<Micros, std::string>> order_;  // oldest first
  std::unordered_set<std::string> seen_;
};

}  // namespace xunjie::message
