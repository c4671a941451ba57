// The texts of RTSP: messages, challenges, addresses.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "watch/capture.h"
#include "watch/receive/authentication.h"
#include "watch/receive/link.h"
#include "watch/receive/rtsp_message.h"

using namespace xunjie::watch::receive;

namespace {

void message(std::string_view text) {
  RtspMessage message;
  const auto used = parse_rtsp_message(text, message);
  if (!used.ok() || !*used) return;
  XUNJIE_CHECK(**used <= text.size() && message.body.size() <= kMaxBody);
  // What was complete stays the same whatever follows it.
  RtspMessage again;
  const auto more = parse_rtsp_message(std::string(text.substr(0, **used)) + "more", again);
  XUNJIE_CHECK(more.ok() && *more && **more == **used && again.body == message.body);
}

void challenge(std::string_view text) {
  Authentication authentication("us\"er", "\x01secret");
  if (!authentication.challenged(parse_challenges(text)).ok()) return;
  const std::string answer = authentication.answer("PLAY", "rtsp://h/");
  XUNJIE_CHECK(answer.find('\n') == std::string::npos && answer.find('\r') == std::string::npos);
  // No control character of a challenge is repeated, so one in the password tells it apart.
  XUNJIE_CHECK(answer.find('\x01') == std::string::npos);
}

void address(const std::string& text) {
  const auto url = parse_rtsp_url(text);
  const std::string shown = xunjie::watch::shown_url(text);
  if (!url.ok()) return;
  XUNJIE_CHECK(!url->host.empty() && url->request.find('\n') == std::string::npos);
  XUNJIE_CHECK(url->request.substr(0, url->request.find('/', 8)).find('@') == std::string::npos);
  XUNJIE_CHECK(parse_rtsp_url(url->request).ok());
  static_cast<void>(moved_url(*url, resolve_address(url->request, shown)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 3 == 0) message(text);
  if (data[0] % 3 == 1) challenge(text);
  if (data[0] % 3 == 2) address(std::string(text));
  return 0;
}
