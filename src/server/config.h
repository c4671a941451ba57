// What `xunjie serve --config FILE` may say:
//
//   {"public_url": "https://…",                       address merchants and city operations reach
//   us by
//    "sms":  {"url", "key", "secret"},                 absent: reminders are parked
//    "city": {"url", "key", "secret"},                 absent: work orders are parked
//    "merchant_secret": "…",                           ≥ 32 characters; absent: made once, kept in
//    the store "overrides": {"policy": {…}, "violations": {…}}}  merged over the files of data/
//    (RFC 7396)
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace xunjie::server {

struct GatewayConfig {
  std::string url, key, secret;
};

struct Config {
  std::string public_url;  // without a trailing slash; empty: the listening address
  std::optional<GatewayConfig> sms, city;
  std::string merchant_secret;
  std::string overrides;  // JSON text, may be empty
};

// Errors: not_found, invalid_argument (the field by its path); unknown fields are errors.
Result<Config> read_config(const std::filesystem::path& file);
Result<Config> parse_config(const std::string& text);

struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
  [[nodiscard]] bool loopback() const { return host.starts_with("127.") || host == "::1"; }
};
// "127.0.0.1:8080", "[::1]:0". Errors: invalid_argument.
Result<ListenAddress> parse_listen(const std::string& text);

}  // namespace xunjie::server
