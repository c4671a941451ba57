#include "http/security.h"

#include <algorithm>

namespace xunjie::http {
namespace {

constexpr std::size_t kAddressMax = 64;

bool has(const Response& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& header) { return header.first == name; });
}

std::string cookie(std::string_view value, std::string_view tail, bool secure) {
  std::string text(kSessionCookie);
  text.append("=").append(value).append("; Path=/; HttpOnly; SameSite=Strict").append(tail);
  if (secure) text.append("; Secure");
  return text;
}

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
}

}  // namespace

std::string session_cookie(std::string_view token, bool secure) {
  return cookie(token, "", secure);
}

std::string cleared_session_cookie(bool secure) {
  return cookie("", "; Max-Age=0", secure);
}

void add_security_headers(Response& response) {
  if (!has(response, "Cache-Control")) response.with("Cache-Control", "no-store");
  if (!has(response, "Content-Security-Policy")) {
    response.with("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  }
  response.with("X-Content-Type-Options", "nosniff");
  response.with("X-Frame-Options", "DENY");
  // A merchant's address holds the token: no other site may learn it.
  response.with("Referrer-Policy", "no-referrer");
  response.with("Cross-Origin-Opener-Policy", "same-origin");
  response.with("Cross-Origin-Resource-Policy", "same-origin");
}

std::string client_address(const Request& request) {
  const std::string* forwarded = request.header("X-Forwarded-For");
  if (forwarded == nullptr || !is_loopback(request.remote_address)) return request.remote_address;
  // The last entry is the one our proxy saw; the others are the client's own words.
  const auto comma = forwarded->rfind(',');
  std::string last = comma == std::string::npos ? *forwarded : forwarded->substr(comma + 1);
  last.erase(std::remove(last.begin(), last.end(), ' '), last.end());
  return last.empty() || last.size() > kAddressMax ? request.remote_address : last;
}

}  // namespace xunjie::http
