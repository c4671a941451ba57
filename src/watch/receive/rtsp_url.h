// A camera's address, taken apart. Credentials never appear in `request`, which is what goes over
// the wire and into messages.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace xunjie::watch::receive {

struct RtspUrl {
  bool tls = false;
  std::string host;  // without the brackets of an IPv6 address
  std::string port;  // decimal
  std::string user, password;
  std::string request;  // "rtsp://host:port/path?query"
};

// rtsp:// or rtsps://, user and password percent-decoded. Errors: invalid_argument.
Result<RtspUrl> parse_rtsp_url(const std::string& url);

// RFC 3986 as far as a=control, Content-Base and Location need it: an absolute address is taken as
// it is, "/path" goes to the root of `base`, anything else is appended to it.
std::string resolve_address(const std::string& base, std::string_view reference);

}  // namespace xunjie::watch::receive
