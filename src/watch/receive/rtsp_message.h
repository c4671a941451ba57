// RTSP/1.0 messages (RFC 2326) as text: answers, and the few requests a server may send.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace xunjie::watch::receive {

constexpr std::size_t kMaxHead = 16U << 10U;  // start line and headers
constexpr std::size_t kMaxBody = 64U << 10U;

struct RtspMessage {
  int status = 0;                                            // 0: a request
  std::string method;                                        // of a request
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  // The first of that name (lower case), without surrounding space; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// Reads one message from the head of `bytes` and returns its length; nullopt: more bytes are
// needed. Errors: corrupt (not RTSP), too_large.
Result<std::optional<std::size_t>> parse_rtsp_message(std::string_view bytes, RtspMessage& out);

// A decimal number without sign, or nothing.
std::optional<std::uint64_t> decimal(std::string_view text);
// ASCII only, no locale.
std::string lower_case(std::string_view text);
std::string_view trimmed(std::string_view text);

}  // namespace xunjie::watch::receive
