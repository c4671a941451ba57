// One RTSP/1.0 conversation (RFC 2326) with media interleaved on the same connection, without any
// I/O: bytes that came go into feed(), bytes to send are taken from output(). OPTIONS, DESCRIBE,
// SETUP, PLAY, then media; keep_alive() and teardown() by the owner's clock.
//
// Bounds: an answer is at most 16 KiB of headers and 64 KiB of body, an interleaved frame at most
// 64 KiB (its length field), so what is kept between two calls is at most that. Unreadable bytes
// between frames are skipped up to kMaxGarbage in a row. After an error the session is over. One
// thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "watch/receive/access_units.h"
#include "watch/receive/authentication.h"
#include "watch/receive/rtp.h"
#include "watch/receive/rtsp_message.h"
#include "watch/receive/rtsp_url.h"
#include "watch/receive/sdp.h"

namespace xunjie::watch::receive {

constexpr std::size_t kMaxGarbage = 64U << 10U;

class SessionEvents {
 public:
  virtual ~SessionEvents() = default;
  // The source agreed to send this.
  virtual void playing(const VideoTrack& track) = 0;
  virtual void unit(const AccessUnit& unit) = 0;
  // `now` at the source belongs to this RTP time stamp.
  virtual void report(const SenderReport& report) = 0;
};

class RtspSession final : private UnitSink {
 public:
  RtspSession(RtspUrl url, SessionEvents& events);

  // Begins; the first request is in output() then.
  void start();
  // Errors: unauthenticated, forbidden, not_found, unavailable (refused, ended), corrupt,
  // too_large, invalid_argument (field "codec": H.264 or H.265 is not offered; field "transport":
  // media over this connection is refused). When moved() says so, the error only means: go there.
  Result<void> feed(ByteView bytes);
  // Bytes to be sent; empties it.
  std::string take_output() { return std::exchange(output_, {}); }
  [[nodiscard]] bool playing() const { return phase_ == Phase::play_answered; }
  // How often keep_alive() is to be called while playing.
  [[nodiscard]] Micros keep_alive_period() const { return keep_alive_; }
  void keep_alive();
  void teardown();
  // Where the source sent us instead (Location).
  [[nodiscard]] const std::optional<std::string>& moved() const { return moved_; }

 private:
  enum class Phase { idle, options, describe, setup, play, play_answered };

  void request(const char* method, const std::string& address, const std::string& headers = {});
  void ask_again();
  Result<std::size_t> take_one(ByteView bytes);
  Result<void> take_frame(int channel, ByteView frame);
  Result<void> take_message(const RtspMessage& message);
  Result<void> take_answer(const RtspMessage& answer);
  Result<void> refused(const RtspMessage& answer);
  Result<void> described(const RtspMessage& answer);
  Result<void> set_up(const RtspMessage& answer);
  void note_session(const RtspMessage& answer);
  Result<std::size_t> garbage(ByteView bytes);
  void unit(const AccessUnit& unit) override { events_.unit(unit); }

  RtspUrl url_;
  SessionEvents& events_;
  Authentication authentication_;
  Phase phase_ = Phase::idle;
  std::string output_;
  std::vector<std::uint8_t> rest_;  // the beginning of a frame or answer not yet complete
  unsigned sequence_ = 0;
  std::string method_, address_, headers_;  // the request under way, to ask again
  bool waiting_ = false;
  std::string session_, base_, aggregate_;
  VideoTrack track_;
  std::optional<AccessUnits> units_;
  int rtp_channel_ = 0, rtcp_channel_ = 1;
  bool get_parameter_ = false;
  Micros keep_alive_ = seconds(25);
  std::size_t skipped_ = 0;
  std::optional<std::string> moved_;
};

}  // namespace xunjie::watch::receive
