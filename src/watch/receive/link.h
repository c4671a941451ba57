// One conversation with one source over one connection: joins Connection, RtspSession and
// UnitPackets, and minds the deadlines. Never blocks; its owner waits for the socket.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "watch/capture.h"
#include "watch/receive/connection.h"
#include "watch/receive/rtsp_session.h"
#include "watch/receive/unit_packets.h"

namespace xunjie::watch::receive {

// Where packets go. `generation` counts up whenever `stream` has changed.
class LinkEvents {
 public:
  virtual ~LinkEvents() = default;
  virtual void packet(Packet packet, const StreamInfo& stream, std::uint64_t generation) = 0;
  // The source's wall clock minus ours, from its own reports.
  virtual void clock_offset(Micros offset) { static_cast<void>(offset); }
};

class Link final : private SessionEvents {
 public:
  // `now` is any clock that runs steadily, the same in every call. Errors: as Connection::start.
  static Result<std::unique_ptr<Link>> open(const RtspUrl& url, const Address& address,
                                            const TlsContext* tls, const CaptureOptions& options,
                                            LinkEvents& events, Micros now);

  [[nodiscard]] int fd() const { return connection_->fd(); }
  [[nodiscard]] bool wants_write() const { return connection_->wants_write(); }
  // The socket is ready: goes on as far as it can. `scratch` is for reading and may be shared.
  // Errors: the link is over; see RtspSession::feed.
  Result<void> ready(std::span<std::uint8_t> scratch, Micros now);
  // At least every second. Errors: timeout.
  Result<void> mind_time(Micros now);
  // Media has been agreed on; before, the source is being opened.
  [[nodiscard]] bool flowing() const { return session_.playing(); }
  [[nodiscard]] const std::optional<std::string>& moved() const { return session_.moved(); }
  // Says goodbye as far as the socket takes it at once.
  void close();

 private:
  Link(const RtspUrl& url, std::unique_ptr<Connection> connection, const CaptureOptions& options,
       LinkEvents& events, Micros now);
  Result<void> read_all(std::span<std::uint8_t> scratch);
  void playing(const VideoTrack& track) override { packets_.emplace(track); }
  void unit(const AccessUnit& unit) override;
  void report(const SenderReport& report) override;

  std::unique_ptr<Connection> connection_;
  RtspSession session_;
  CaptureOptions options_;
  LinkEvents& events_;
  std::optional<UnitPackets> packets_;
  bool begun_ = false, any_ = false;
  Micros now_, opened_, last_unit_, last_keep_alive_;
};

// A steady clock for open(), ready() and mind_time().
Micros steady_now();
// Where the source sent us. Credentials go with us to the same host only; a TLS source may not send
// us to a plain one. Errors: invalid_argument.
Result<RtspUrl> moved_url(const RtspUrl& from, const std::string& location);

}  // namespace xunjie::watch::receive
