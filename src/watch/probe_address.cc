#include "watch/probe_address.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <string_view>
#include <utility>

namespace xunjie::watch {
namespace {

using ports::ProbeFault;
using std::chrono::steady_clock;

struct Scheme {
  std::string_view name, port;
  bool connects;
};

// No port: it must be written.
constexpr std::array<Scheme, 8> kSchemes{{{"rtsp", "554", true},
                                          {"rtsps", "322", true},
                                          {"rtspu", "554", true},
                                          {"http", "80", true},
                                          {"https", "443", true},
                                          {"tcp", "", true},
                                          {"udp", "", false},
                                          {"rtp", "", false}}};

bool is_port(const std::string& text) {
  if (text.empty() || text.size() > 5) return false;
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return false;
  const int port = std::stoi(text);
  return port > 0 && port < 65536;
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

using Found = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

Found resolve(const ProbeAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &list) != 0) list = nullptr;
  return {list, &::freeaddrinfo};
}

bool link_local(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    return (ntohl(v4.sin_addr.s_addr) >> 16) == 0xa9fe;
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  if (IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr)) return true;
  const auto* bytes = v6.sin6_addr.s6_addr;
  return IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) && bytes[12] == 169 && bytes[13] == 254;
}

ProbeFault fault_of(int code) {
  if (code == ECONNREFUSED) return ProbeFault::refused;
  return code == ETIMEDOUT ? ProbeFault::timed_out : ProbeFault::unreachable;
}

// Waits for the connection in short steps, so that `stop` is heard.
std::optional<ProbeFault> wait_for(int fd, steady_clock::time_point until,
                                   const std::atomic<bool>& stop) {
  while (!stop && steady_clock::now() < until) {
    pollfd waiting{fd, POLLOUT, 0};
    if (::poll(&waiting, 1, 100) == 0) continue;
    int code = 0;
    socklen_t size = sizeof code;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size);
    return code == 0 ? std::nullopt : std::optional(fault_of(code));
  }
  return ProbeFault::timed_out;
}

std::optional<ProbeFault> connect_to(const addrinfo& to, steady_clock::time_point until,
                                     const std::atomic<bool>& stop) {
  const Socket socket(
      ::socket(to.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, to.ai_protocol));
  if (socket.fd() < 0) return ProbeFault::unreachable;
  if (::connect(socket.fd(), to.ai_addr, to.ai_addrlen) == 0) return std::nullopt;
  if (errno != EINPROGRESS) return fault_of(errno);
  return wait_for(socket.fd(), until, stop);
}

}  // namespace

std::optional<ProbeAddress> probe_address(const std::string& url) {
  const auto mark = url.find("://");
  if (mark == std::string::npos) return std::nullopt;
  ProbeAddress out;
  out.scheme = url.substr(0, mark);
  const auto* scheme = std::find_if(kSchemes.begin(), kSchemes.end(),
                                    [&out](const Scheme& one) { return one.name == out.scheme; });
  if (scheme == kSchemes.end()) return std::nullopt;
  out.connects = scheme->connects;
  out.port = scheme->port;
  std::string authority = url.substr(mark + 3);
  authority.erase(std::min(authority.size(), authority.find_first_of("/?#")));
  if (const auto user = authority.rfind('@'); user != std::string::npos)
    authority.erase(0, user + 1);
  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  if (colon != std::string::npos && (bracket == std::string::npos || colon > bracket)) {
    out.port = authority.substr(colon + 1);
    authority.erase(colon);
  }
  if (bracket != std::string::npos) authority = authority.substr(1, bracket - 1);
  out.host = authority;
  if (out.host.empty() || out.host.size() > 253 || !is_port(out.port)) return std::nullopt;
  return out;
}

std::optional<ProbeFault> knock(const ProbeAddress& address, Micros patience,
                                const std::atomic<bool>& stop) {
  const auto until = steady_clock::now() + std::chrono::microseconds(patience.count);
  const Found found = resolve(address);
  if (!found) return ProbeFault::cannot_resolve;
  std::optional<ProbeFault> fault = ProbeFault::unreachable;
  for (const addrinfo* to = found.get(); to != nullptr; to = to->ai_next) {
    if (link_local(*to->ai_addr)) return ProbeFault::bad_address;
    if (!address.connects) return std::nullopt;
    fault = connect_to(*to, until, stop);
    if (!fault) return fault;
  }
  return fault;
}

}  // namespace xunjie::watch
