// A whole conversation with a hostile server: whatever arrives, in whatever pieces, the session
// ends with an error or goes on, keeps within its bounds, and hands on units that fit. The first
// byte says where the conversation stands and how the rest is cut.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "watch/receive/rtsp_session.h"
#include "watch/receive/unit_packets.h"

namespace {

using namespace xunjie::watch::receive;

class Sink final : public SessionEvents {
 public:
  void playing(const VideoTrack& track) override { packets_.emplace(track); }
  void unit(const AccessUnit& unit) override {
    XUNJIE_CHECK(packets_.has_value() && !unit.bytes.empty() && unit.bytes.size() <= kMaxUnit);
    const auto packet = packets_->take(unit);
    if (packet)
      XUNJIE_CHECK(packet->media >= xunjie::Micros{} && !(packet->key && packet->damaged));
  }
  void report(const SenderReport&) override {}

 private:
  std::optional<UnitPackets> packets_;
};

// Answers that lead to the state asked for.
std::string lead_in(bool h265, int steps) {
  const std::string sdp = std::string("v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 ") +
                          (h265 ? "H265" : "H264") + "/90000\r\na=control:t\r\n";
  const std::string answers[] = {
      "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n",
      "RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: " + std::to_string(sdp.size()) + "\r\n\r\n" +
          sdp,
      "RTSP/1.0 200 OK\r\nCSeq: 3\r\nSession: 1\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\n",
      "RTSP/1.0 200 OK\r\nCSeq: 4\r\n\r\n"};
  std::string out;
  for (int i = 0; i < steps; ++i) out += answers[i];
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const int steps = std::min(data[0] & 7, 4);
  const std::size_t piece = (data[0] >> 4U) == 0 ? size : std::size_t{1} << (data[0] >> 4U);
  auto url = parse_rtsp_url("rtsp://user:%01secret@camera/1");
  Sink sink;
  RtspSession session(*url, sink);
  session.start();
  const std::string lead = lead_in((data[0] & 8) != 0, steps);
  XUNJIE_CHECK(
      session.feed({reinterpret_cast<const std::uint8_t*>(lead.data()), lead.size()}).ok());
  ByteView rest(data + 1, size - 1);
  while (!rest.empty()) {
    const auto part = rest.first(std::min(piece, rest.size()));
    rest = rest.subspan(part.size());
    if (!session.feed(part).ok()) break;
    session.keep_alive();
    // Answered or not, what is to be sent never shows the password unless Basic was asked for.
    const std::string out = session.take_output();
    // No control character of an answer is repeated, so one in the password tells it apart.
    XUNJIE_CHECK(out.find("\x01secret") == std::string::npos);
  }
  session.teardown();
  return 0;
}
