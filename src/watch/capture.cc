#include "watch/capture.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "watch/receive/http_capture.h"
#include "watch/receive/libav_capture.h"
#include "watch/receive/rtsp_capture.h"

namespace xunjie::watch {
namespace {

std::string scheme_of(const std::string& url) {
  const auto end = url.find("://");
  return end == std::string::npos ? "" : url.substr(0, end);
}

// Only what a camera needs: libavformat knows protocols that read other files or run over the web.
Result<void> check_scheme(const std::string& scheme) {
  constexpr std::array<std::string_view, 10> allowed{"",      "file", "tcp", "rtsp", "rtsps",
                                                     "rtspu", "udp",  "rtp", "http", "https"};
  if (std::find(allowed.begin(), allowed.end(), scheme) != allowed.end()) return {};
  return make_error(ErrorCode::invalid_argument,
                    "source: protocol \"" + scheme.substr(0, 40) +
                        "\" is not supported; rtsp, rtsps, rtspu, http, https, tcp, udp, rtp or a "
                        "file",
                    "source");
}

}  // namespace

std::string shown_url(const std::string& url) {
  const auto start = url.find("://");
  if (start == std::string::npos) return url;
  std::string rest = url.substr(start + 3);
  const auto authority = rest.substr(0, rest.find('/'));
  if (const auto user = authority.rfind('@'); user != std::string::npos) rest.erase(0, user + 1);
  if (const auto query = rest.find('?'); query != std::string::npos) rest.erase(query);
  return url.substr(0, start + 3) + rest;
}

std::string told_of(const Error& error) {
  if (error.field == "tls") return "视频源的证书不可信，或加密连接失败";
  if (error.field == "codec") return "视频源的编码不是 H.264 或 H.265";
  switch (error.code) {
    case ErrorCode::unauthenticated:
      return "视频源拒绝登录，请核对用户名和密码";
    case ErrorCode::forbidden:
      return "视频源不允许该用户观看";
    case ErrorCode::not_found:
      return "视频源上没有这一路视频，请核对地址中的路径";
    case ErrorCode::timeout:
      return "视频源没有在时限内送来画面，正在重试";
    case ErrorCode::invalid_argument:
      return "视频源地址不可用，请核对";
    case ErrorCode::corrupt:
    case ErrorCode::too_large:
      return "视频源的答复无法识别，请核对地址和端口";
    default:
      return "连不上视频源，正在重试";
  }
}

bool is_rtsp(const std::string& url) {
  const std::string scheme = scheme_of(url);
  return scheme == "rtsp" || scheme == "rtsps";
}

bool wants_libav(const Error& error) {
  return error.field == "codec" || error.field == "transport";
}

Result<std::unique_ptr<Capture>> Capture::open(const std::string& url,
                                               const CaptureOptions& options,
                                               const std::atomic<bool>& stop) {
  const std::string scheme = scheme_of(url);
  XUNJIE_TRY_VOID(check_scheme(scheme));
  if (scheme == "http" || scheme == "https") return receive::open_http(url, options, stop);
  if (is_rtsp(url)) {
    auto opened = receive::open_rtsp(url, options, stop);
    if (opened.ok() || !wants_libav(opened.error())) return opened;
  }
  return receive::open_libav(url, options, stop);
}

}  // namespace xunjie::watch
