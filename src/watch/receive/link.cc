#include "watch/receive/link.h"

#include <chrono>
#include <utility>

namespace xunjie::watch::receive {
namespace {

// One source must not keep a thread from the others; the rest is read at the next turn.
constexpr std::size_t kMostAtOnce = 2U << 20U;
constexpr Micros kKeyframePatience = seconds(30);

Error late(const char* what) {
  return make_error(ErrorCode::timeout, what);
}

}  // namespace

Micros steady_now() {
  return Micros{std::chrono::duration_cast<std::chrono::microseconds>(
                    std::chrono::steady_clock::now().time_since_epoch())
                    .count()};
}

Result<RtspUrl> moved_url(const RtspUrl& from, const std::string& location) {
  XUNJIE_TRY(to, parse_rtsp_url(location));
  if (from.tls && !to.tls)
    return make_error(ErrorCode::invalid_argument,
                      "the source sends us from TLS to an open connection", "source");
  if (to.user.empty() && to.host == from.host) {
    to.user = from.user;
    to.password = from.password;
  }
  return to;
}

Link::Link(const RtspUrl& url, std::unique_ptr<Connection> connection,
           const CaptureOptions& options, LinkEvents& events, Micros now)
    : connection_(std::move(connection)),
      session_(url, *this),
      options_(options),
      events_(events),
      now_(now),
      opened_(now) {}

Result<std::unique_ptr<Link>> Link::open(const RtspUrl& url, const Address& address,
                                         const TlsContext* tls, const CaptureOptions& options,
                                         LinkEvents& events, Micros now) {
  XUNJIE_TRY(connection, Connection::start(address, url.host, url.tls ? tls : nullptr));
  return std::unique_ptr<Link>(new Link(url, std::move(connection), options, events, now));
}

Result<void> Link::ready(std::span<std::uint8_t> scratch, Micros now) {
  now_ = now;
  if (!begun_) {
    XUNJIE_TRY(open, connection_->advance());
    if (!open) return {};
    begun_ = true;
    session_.start();
  }
  XUNJIE_TRY_VOID(connection_->send(session_.take_output()));
  const bool was_flowing = flowing();
  auto read = read_all(scratch);
  if (flowing() && !was_flowing) last_unit_ = last_keep_alive_ = now;
  if (!read.ok()) return read;
  return connection_->send(session_.take_output());
}

Result<void> Link::read_all(std::span<std::uint8_t> scratch) {
  for (std::size_t total = 0; total < kMostAtOnce;) {
    XUNJIE_TRY(got, connection_->read(scratch));
    if (got == 0) return {};
    total += got;
    XUNJIE_TRY_VOID(session_.feed(scratch.first(got)));
    // A plain socket that gave less than asked is empty; asking again would be a call for nothing.
    if (got < scratch.size() && connection_->drained_by_short_read()) return {};
  }
  return {};
}

Result<void> Link::mind_time(Micros now) {
  if (!flowing())
    return now - opened_ > options_.open_timeout
               ? Result<void>(late("the source does not answer in time"))
               : Result<void>();
  if (now - last_unit_ > options_.read_timeout) return late("no picture data came in time");
  if (!any_ && now - opened_ > kKeyframePatience)
    return late("the source has sent no sound keyframe for 30 s");
  if (now - last_keep_alive_ < session_.keep_alive_period()) return {};
  last_keep_alive_ = now;
  session_.keep_alive();
  return connection_->send(session_.take_output());
}

void Link::unit(const AccessUnit& unit) {
  last_unit_ = now_;
  auto packet = packets_->take(unit);
  if (!packet) return;
  any_ = true;
  events_.packet(std::move(*packet), packets_->stream(), packets_->generation());
}

void Link::report(const SenderReport& report) {
  const auto wall = std::chrono::duration_cast<std::chrono::microseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count();
  // A source that has no clock counts from 1970 or from its own start; that is no offset.
  constexpr UtcMicros kPlausible{1'500'000'000'000'000};
  if (report.wall >= kPlausible) events_.clock_offset(report.wall - UtcMicros{wall});
}

void Link::close() {
  session_.teardown();
  static_cast<void>(connection_->send(session_.take_output()));
}

}  // namespace xunjie::watch::receive
