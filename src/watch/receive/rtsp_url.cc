#include "watch/receive/rtsp_url.h"

#include <algorithm>
#include <charconv>

namespace xunjie::watch::receive {
namespace {

constexpr std::size_t kMaxUrl = 2048;

Error bad_url(const std::string& what) {
  return make_error(
      ErrorCode::invalid_argument,
      "source: " + what + "; expected rtsp://[user:password@]host[:port]/path or rtsps://…",
      "source");
}

int hex_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_of(text[i + 1]) >= 0 &&
        hex_of(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_of(text[i + 1]) * 16 + hex_of(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) == 0x7f;
  });
}

bool take_credentials(std::string_view text, RtspUrl& out) {
  const auto colon = text.find(':');
  out.user = percent_decoded(text.substr(0, colon));
  if (colon != std::string_view::npos) out.password = percent_decoded(text.substr(colon + 1));
  // A line break in a user name would start a header of its own.
  return std::none_of(out.user.begin(), out.user.end(),
                      [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

bool take_host(std::string_view text, RtspUrl& out) {
  std::string_view port;
  if (!text.empty() && text.front() == '[') {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return false;
    out.host = text.substr(1, end - 1);
    if (end + 1 < text.size()) {
      if (text[end + 1] != ':') return false;
      port = text.substr(end + 2);
    }
  } else {
    const auto colon = text.find(':');
    out.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon + 1);
  }
  if (port.empty()) port = out.tls ? "322" : "554";
  unsigned number = 0;
  const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
  out.port = port;
  return !out.host.empty() && read.ec == std::errc{} && read.ptr == port.data() + port.size() &&
         number > 0 && number < 65536;
}

}  // namespace

Result<RtspUrl> parse_rtsp_url(const std::string& url) {
  RtspUrl out;
  std::string_view rest = url;
  if (rest.substr(0, 7) == "rtsp://") {
    rest.remove_prefix(7);
  } else if (rest.substr(0, 8) == "rtsps://") {
    out.tls = true;
    rest.remove_prefix(8);
  } else {
    return bad_url("not an RTSP address");
  }
  if (url.size() > kMaxUrl) return bad_url("longer than 2048 bytes");
  if (!is_plain(url)) return bad_url("holds a space or control character");
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view authority = rest.substr(0, end), path = rest.substr(end);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    if (!take_credentials(authority.substr(0, at), out))
      return bad_url("the user name holds a control character");
    authority.remove_prefix(at + 1);
  }
  if (!take_host(authority, out)) return bad_url("host or port is not usable");
  path = path.substr(0, path.find('#'));
  out.request = std::string(out.tls ? "rtsps://" : "rtsp://") + std::string(authority);
  if (path.empty() || path.front() != '/') out.request += '/';
  out.request += path;
  return out;
}

std::string resolve_address(const std::string& base, std::string_view reference) {
  if (reference.empty() || reference == "*") return base;
  if (reference.find("://") != std::string_view::npos) return std::string(reference);
  if (reference.front() == '/') {
    const auto host = base.find("://");
    const auto root = host == std::string::npos ? std::string::npos : base.find('/', host + 3);
    return base.substr(0, root) + std::string(reference);
  }
  // Servers mean "below the base" even where the base does not end in a slash.
  std::string out = base;
  if (out.empty() || out.back() != '/') out += '/';
  return out.append(reference);
}

}  // namespace xunjie::watch::receive
