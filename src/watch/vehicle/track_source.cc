#include "watch/vehicle/track_source.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <memory>

#include "watch/vehicle/gpx.h"

namespace xunjie::watch::vehicle {
namespace {

constexpr std::size_t kMaxBytes = 64U << 20U;
constexpr std::size_t kMaxFixes = 500'000;
constexpr std::string_view kTcp = "tcp://";
constexpr int kSliceMs = 100;  // how often `stop` is looked at

Error wrong(ErrorCode code, const std::string& message) {
  return make_error(code, "track.source: " + message, "track.source");
}

Result<std::string> text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return wrong(ErrorCode::not_found, "cannot read " + path);
  std::string text;
  std::array<char, 65536> part{};
  while (file.read(part.data(), part.size()) || file.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMaxBytes) return wrong(ErrorCode::too_large, path + " is over 64 MiB");
  }
  return text;
}

Result<TrackText> from_file(const std::string& path) {
  XUNJIE_TRY(text, text_of_file(path));
  TrackText out;
  const auto first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first != std::string::npos && text[first] == '<') {
    XUNJIE_TRY(gpx, gpx_from_text(text));
    out.fixes = std::move(gpx.fixes);
    out.bad_points = gpx.bad;
  } else {
    NmeaReader reader;
    reader.feed(text, out.fixes);
    reader.finish(out.fixes);
    out.nmea = reader.counts();
  }
  return out;
}

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

// True when ready, false when the span is over or `stop` is set.
bool wait_for(int fd, short events, Micros span, const std::atomic<bool>& stop) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(span.count);
  while (!stop && std::chrono::steady_clock::now() < until) {
    pollfd what{fd, events, 0};
    if (::poll(&what, 1, kSliceMs) > 0) return true;
  }
  return false;
}

Result<std::unique_ptr<Socket>> connect_to(const std::string& address,
                                           const TrackSourceOptions& options,
                                           const std::atomic<bool>& stop) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == address.size())
    return wrong(ErrorCode::invalid_argument, "must be tcp://HOST:PORT");
  std::string host = address.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &found) != 0)
    return wrong(ErrorCode::unavailable, "cannot find " + address);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(found, &::freeaddrinfo);
  for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
    auto socket = std::make_unique<Socket>(
        ::socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol));
    if (socket->fd() < 0) continue;
    const int done = ::connect(socket->fd(), a->ai_addr, a->ai_addrlen);
    if (done != 0 && errno != EINPROGRESS) continue;
    if (!wait_for(socket->fd(), POLLOUT, options.connect, stop)) continue;
    int failed = 0;
    socklen_t size = sizeof failed;
    ::getsockopt(socket->fd(), SOL_SOCKET, SO_ERROR, &failed, &size);
    if (failed == 0) return socket;
  }
  return wrong(ErrorCode::unavailable, "cannot connect to " + address);
}

Result<TrackText> from_stream(const std::string& address, const TrackSourceOptions& options,
                              const std::atomic<bool>& stop) {
  XUNJIE_TRY(socket, connect_to(address, options, stop));
  TrackText out;
  NmeaReader reader;
  std::array<char, 4096> part{};
  while (!stop && out.fixes.size() <= kMaxFixes) {
    if (!wait_for(socket->fd(), POLLIN, options.silence, stop)) {
      if (stop) break;
      return wrong(ErrorCode::timeout, address + " says nothing any more");
    }
    const auto n = ::recv(socket->fd(), part.data(), part.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (n <= 0) break;  // ended, or broken off: what came so far stands
    reader.feed({part.data(), static_cast<std::size_t>(n)}, out.fixes);
  }
  reader.finish(out.fixes);
  out.nmea = reader.counts();
  return out;
}

}  // namespace

Result<TrackText> read_track(const std::string& source, const TrackSourceOptions& options,
                             const std::atomic<bool>& stop) {
  const bool stream = source.starts_with(kTcp);
  if (!stream && source.find("://") != std::string::npos)
    return wrong(ErrorCode::invalid_argument, "must be a file or tcp://HOST:PORT");
  XUNJIE_TRY(text,
             stream ? from_stream(source.substr(kTcp.size()), options, stop) : from_file(source));
  if (text.fixes.size() > kMaxFixes)
    return wrong(ErrorCode::too_large, "has more than 500000 fixes");
  if (text.fixes.empty()) {
    return wrong(ErrorCode::invalid_argument,
                 "holds no position fix: NMEA 0183 (RMC, GGA) or GPX 1.1 is read; of " +
                     std::to_string(text.nmea.lines) + " lines " + std::to_string(text.nmea.bad) +
                     " are bad, " + std::to_string(text.nmea.no_fix) + " moments had no position");
  }
  return text;
}

}  // namespace xunjie::watch::vehicle
