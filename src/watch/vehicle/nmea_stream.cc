#include "watch/vehicle/nmea_stream.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <future>
#include <utility>
#include <vector>

#include "watch/receive/resolver.h"

namespace xunjie::watch::vehicle {
namespace {

constexpr std::string_view kTcp = "tcp://";
constexpr int kSliceMs = 100;  // how often `stop` is looked at

Error wrong(ErrorCode code, const std::string& message) {
  return make_error(code, "track.source: " + message, "track.source");
}

// True when ready, false when the span is over or `stop` is set.
bool wait_for(int fd, short events, Micros span, const std::atomic<bool>& stop) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(span.count);
  while (!stop && std::chrono::steady_clock::now() < until) {
    pollfd what{fd, events, 0};
    if (::poll(&what, 1, kSliceMs) > 0) return true;
  }
  return false;
}

using Found = Result<std::vector<receive::Address>>;

// A look-up cannot be broken off; a thread that owns nothing of ours ends it.
Found look_up(const std::string& host, const std::string& port, Micros patience,
              const std::atomic<bool>& stop) {
  if (auto numeric = receive::addresses_of(host, port, true); numeric.ok()) return numeric;
  const auto answer = std::make_shared<std::promise<Found>>();
  std::future<Found> found = answer->get_future();
  receive::Resolver resolver;
  resolver.ask(host, port, [answer](Found addresses) { answer->set_value(std::move(addresses)); });
  const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(patience.count);
  while (!stop && std::chrono::steady_clock::now() < until) {
    if (found.wait_for(std::chrono::milliseconds(kSliceMs)) == std::future_status::ready)
      return found.get();
  }
  return wrong(ErrorCode::timeout, "no answer about the host's name");
}

// -1 when this address does not answer.
int connected(const receive::Address& address, Micros patience, const std::atomic<bool>& stop) {
  const int fd = ::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int done = ::connect(fd, reinterpret_cast<const sockaddr*>(&address.bytes), address.size);
  const bool begun = done == 0 || errno == EINPROGRESS;
  int failed = -1;
  socklen_t size = sizeof failed;
  if (begun && wait_for(fd, POLLOUT, patience, stop))
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size);
  if (failed == 0) return fd;
  ::close(fd);
  return -1;
}

}  // namespace

Result<std::unique_ptr<NmeaStream>> NmeaStream::open(const std::string& source, Micros patience,
                                                     const std::atomic<bool>& stop) {
  const std::string address = is_address(source) ? source.substr(kTcp.size()) : "";
  const auto colon = address.rfind(':');
  // What stands before an @ would be a password, and is not repeated.
  if (colon == std::string::npos || colon == 0 || colon + 1 == address.size() ||
      address.find('@') != std::string::npos)
    return wrong(ErrorCode::invalid_argument, "must be tcp://HOST:PORT");
  std::string host = address.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const Found found = look_up(host, address.substr(colon + 1), patience, stop);
  if (!found.ok()) return wrong(ErrorCode::unavailable, "cannot find " + address);
  for (const auto& one : *found) {
    const int fd = connected(one, patience, stop);
    if (fd >= 0) return std::unique_ptr<NmeaStream>(new NmeaStream(fd));
  }
  return wrong(ErrorCode::unavailable, "cannot connect to " + address);
}

NmeaStream::~NmeaStream() {
  ::close(fd_);
}

Result<std::string_view> NmeaStream::read(Micros silence, const std::atomic<bool>& stop) {
  while (true) {
    if (!wait_for(fd_, POLLIN, silence, stop)) {
      if (stop) return std::string_view();
      return wrong(ErrorCode::timeout, "nothing comes any more");
    }
    const auto n = ::recv(fd_, part_.data(), part_.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (n <= 0) return std::string_view();
    return std::string_view(part_.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace xunjie::watch::vehicle
