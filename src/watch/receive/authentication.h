// Answers a server's WWW-Authenticate: Digest (RFC 7616: MD5 and SHA-256, qop=auth, stale nonces)
// and Basic (RFC 7617). The strongest offer is taken. Holds the password; shows it to nobody.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace xunjie::watch::receive {

struct Challenge {
  std::string scheme;  // lower case: "digest", "basic", or one not known here
  std::string realm, nonce, opaque, algorithm, qop;
  bool stale = false;
};

// The challenges of one header value, in order; several may share a header.
std::vector<Challenge> parse_challenges(std::string_view value);

class Authentication {
 public:
  Authentication(std::string user, std::string password)
      : user_(std::move(user)), password_(std::move(password)) {}

  // After a 401: whether trying again may help. Errors: unauthenticated (no credentials, wrong
  // ones, or none of the offered schemes is known).
  Result<void> challenged(const std::vector<Challenge>& offers);
  // A request was accepted: a later 401 is an outdated nonce, not a wrong password.
  void accepted() { refusals_ = 0; }
  // The value of the Authorization header; empty while nothing was asked.
  std::string answer(std::string_view method, std::string_view address);
  // For tests: what is random otherwise.
  void set_client_nonce(std::string nonce) { client_nonce_ = std::move(nonce); }

 private:
  std::string digest_answer(std::string_view method, std::string_view address);

  std::string user_, password_;
  Challenge challenge_;
  std::string client_nonce_;
  unsigned count_ = 0;
  int refusals_ = 0;
};

}  // namespace xunjie::watch::receive
