#include "watch/receive/rtsp_capture.h"

#include <poll.h>

#include <deque>
#include <utility>
#include <vector>

#include "watch/receive/link.h"

namespace xunjie::watch::receive {
namespace {

constexpr int kMostMoves = 3;
constexpr int kWaitMs = 100;  // how soon `stop` is noticed

class RtspCapture final : public Capture, private LinkEvents {
 public:
  RtspCapture(CaptureOptions options, const std::atomic<bool>& stop)
      : options_(std::move(options)), stop_(stop), scratch_(64U << 10U) {}
  ~RtspCapture() override {
    if (link_) link_->close();
  }

  Result<void> open(const std::string& address);
  Result<std::optional<Packet>> read() override;
  [[nodiscard]] const StreamInfo& stream() const override { return stream_; }
  [[nodiscard]] std::uint64_t generation() const override { return generation_; }
  [[nodiscard]] std::optional<Micros> clock_offset() const override { return offset_; }

 private:
  struct Waiting {
    Packet packet;
    StreamInfo stream;
    std::uint64_t generation;
  };
  Result<void> connect(RtspUrl url);
  Result<void> turn();
  Result<void> open_at(const RtspUrl& url);
  void packet(Packet packet, const StreamInfo& stream, std::uint64_t generation) override {
    waiting_.push_back({std::move(packet), stream, generation});
  }
  void clock_offset(Micros offset) override { offset_ = offset; }

  CaptureOptions options_;
  const std::atomic<bool>& stop_;
  std::vector<std::uint8_t> scratch_;
  std::shared_ptr<TlsContext> tls_;
  std::unique_ptr<Link> link_;
  std::deque<Waiting> waiting_;  // what one turn brought; emptied before the next
  std::optional<Error> over_;    // told once those are handed out
  StreamInfo stream_;
  std::uint64_t generation_ = 0;
  std::optional<Micros> offset_;
};

// Waits a little for the socket and lets the link go on.
Result<void> RtspCapture::turn() {
  if (stop_.load(std::memory_order_relaxed)) return make_error(ErrorCode::unavailable, "stopped");
  pollfd socket{.fd = link_->fd(), .events = POLLIN, .revents = 0};
  if (link_->wants_write()) socket.events |= POLLOUT;
  if (over_) return *over_;
  const int ready = ::poll(&socket, 1, kWaitMs);
  const Micros now = steady_now();
  if (ready > 0) {
    const auto went = link_->ready(scratch_, now);
    // What came before the end is still handed out.
    if (!went.ok() && !waiting_.empty()) over_ = went.error();
    if (!went.ok()) return waiting_.empty() ? went : Result<void>();
  }
  return link_->mind_time(now);
}

Result<void> RtspCapture::open_at(const RtspUrl& url) {
  XUNJIE_TRY(addresses, addresses_of(url.host, url.port, false));
  Result<void> last = make_error(ErrorCode::unavailable, "cannot connect to the source", "source");
  for (const Address& address : addresses) {
    auto link = Link::open(url, address, tls_.get(), options_, *this, steady_now());
    if (!link.ok()) {
      last = link.error();
      continue;
    }
    link_ = std::move(*link);
    do last = turn();
    while (last.ok() && waiting_.empty());
    if (last.ok() || link_->moved() || last.error().code != ErrorCode::unavailable) return last;
  }
  return last;
}

Result<void> RtspCapture::connect(RtspUrl url) {
  for (int moves = 0; moves <= kMostMoves; ++moves) {
    auto opened = open_at(url);
    if (opened.ok() || !link_ || !link_->moved()) return opened;
    XUNJIE_TRY(next, moved_url(url, *link_->moved()));
    url = std::move(next);
  }
  return make_error(ErrorCode::unavailable, "the source sends us on and on", "source");
}

Result<void> RtspCapture::open(const std::string& address) {
  XUNJIE_TRY(url, parse_rtsp_url(address));
  if (url.tls) {
    XUNJIE_TRY(context, TlsContext::make(options_.tls));
    tls_ = std::move(context);
  }
  const auto connected = connect(url);
  if (connected.ok()) {
    stream_ = waiting_.front().stream;
    generation_ = waiting_.front().generation;
    return {};
  }
  Error error = connected.error();
  error.message += " (" + shown_url(address) + ")";
  return error;
}

Result<std::optional<Packet>> RtspCapture::read() {
  while (waiting_.empty()) XUNJIE_TRY_VOID(turn());
  Waiting next = std::move(waiting_.front());
  waiting_.pop_front();
  if (next.generation != generation_) {
    generation_ = next.generation;
    stream_ = std::move(next.stream);
  }
  return std::optional<Packet>(std::move(next.packet));
}

}  // namespace

Result<std::unique_ptr<Capture>> open_rtsp(const std::string& url, const CaptureOptions& options,
                                           const std::atomic<bool>& stop) {
  auto capture = std::make_unique<RtspCapture>(options, stop);
  XUNJIE_TRY_VOID(capture->open(url));
  return std::unique_ptr<Capture>(std::move(capture));
}

}  // namespace xunjie::watch::receive
