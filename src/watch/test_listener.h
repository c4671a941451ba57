// Listens on loopback for one caller after another; for tests.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>

namespace xunjie::watch {

class Listener {
 public:
  // 0: a free port.
  explicit Listener(int port = 0) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    const int again = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    socklen_t size = sizeof address;
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(socket_, 8);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { ::close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] int accept() const {
    return ::accept(socket_, nullptr, nullptr);
  }                                                      // -1 after wake()
  void wake() const { ::shutdown(socket_, SHUT_RDWR); }  // callers are refused from now on
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url(const std::string& scheme = "tcp") const {
    return scheme + "://127.0.0.1:" + std::to_string(port_);
  }

 private:
  int socket_ = -1, port_ = 0;
};

}  // namespace xunjie::watch
