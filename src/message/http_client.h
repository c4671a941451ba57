// One HTTP exchange over libcurl, bounded in time and size, certificates always verified, redirects
// never followed (a provider that moves must be configured anew). Thread-safe: every call has its
// own handle.
#pragma once

#include <string>

#include "base/result.h"
#include "message/signing.h"

namespace xunjie::message {

struct HttpReply {
  long status = 0;
  std::string body;
};

struct HttpLimits {
  Micros connect = seconds(3);
  Micros total = seconds(10);
  std::size_t body_bytes = 1U << 20U;
};

// Errors: unavailable (nobody there), timeout, too_large (the body exceeded its limit), internal.
Result<HttpReply> http_exchange(const std::string& method, const std::string& url,
                                const Headers& headers, const std::string& body,
                                const HttpLimits& limits);

// The one table from a peer's status to our codes; ok for 2xx. 429 and 5xx may be tried again
// (unavailable), the rest need a person.
Result<void> check_status(const HttpReply& reply);

// A peer under one base URL that is spoken to in signed JSON.
class SignedPeer {
 public:
  // `base_url` has no trailing slash.
  SignedPeer(std::string base_url, Credentials credentials, const ports::Clock& clock,
             HttpLimits limits);

  // `path` begins with '/', `query` is empty or begins with '?' and is not signed. The transport's
  // errors, and whatever status came.
  Result<HttpReply> call(const std::string& method, const std::string& path,
                         const std::string& body, const std::string& query = {});

 private:
  std::string base_url_;
  std::string base_path_;  // what the base URL puts before `path`
  Credentials credentials_;
  const ports::Clock& clock_;
  HttpLimits limits_;
};

}  // namespace xunjie::message
