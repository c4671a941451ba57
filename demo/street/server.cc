#include "server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace xunjie::street {
namespace {

constexpr size_t kLongestInput = 4096;
constexpr size_t kMostTalkers = 16;
constexpr size_t kMostInbox = 256;

// Sends what the socket takes; false when it is gone.
bool drain(int fd, std::string& waiting) {
  while (!waiting.empty()) {
    const ssize_t n = send(fd, waiting.data(), waiting.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    waiting.erase(0, static_cast<size_t>(n));
  }
  return true;
}

// True when the other side has closed; anything it said is thrown away.
bool hung_up(int fd) {
  char buffer[512];
  for (;;) {
    const ssize_t n = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (n == 0) return true;
    if (n < 0) return errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
  }
}

}  // namespace

Server::Server(std::vector<VideoFormat> cameras, Answer answer)
    : formats_(std::move(cameras)),
      answer_(std::move(answer)),
      wake_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

Server::~Server() {
  for (auto& v : viewers_) close(v.fd);
  for (auto& t : talkers_) close(t.fd);
  for (const int fd : listeners_) close(fd);
  if (control_listener_ >= 0) close(control_listener_);
  if (wake_fd_ >= 0) close(wake_fd_);
}

Result<int> Server::open_port(int port, int* chosen) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return make_error(ErrorCode::internal, "no socket to be had");
  const int one = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  socklen_t length = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (bind(fd, plain, length) < 0 || ::listen(fd, 32) < 0 || getsockname(fd, plain, &length) < 0) {
    const std::string why = std::strerror(errno);
    close(fd);
    return make_error(ErrorCode::invalid_argument,
                      "port " + std::to_string(port) + " cannot be listened on: " + why,
                      "listen-base");
  }
  *chosen = ntohs(address.sin_port);
  return fd;
}

Result<std::unique_ptr<Server>> Server::listen(const std::vector<VideoFormat>& cameras,
                                               int base_port, int control_port, Answer answer) {
  std::unique_ptr<Server> server(new Server(cameras, std::move(answer)));
  for (size_t i = 0; i < cameras.size(); ++i) {
    int chosen = 0;
    XUNJIE_TRY(fd,
               server->open_port(base_port == 0 ? 0 : base_port + static_cast<int>(i), &chosen));
    server->listeners_.push_back(fd);
    server->ports_.push_back(chosen);
  }
  XUNJIE_TRY(fd, server->open_port(control_port, &server->control_port_));
  server->control_listener_ = fd;
  return server;
}

void Server::publish(size_t index, std::shared_ptr<const Packet> packet) {
  {
    const std::lock_guard lock(mutex_);
    // The socket thread is far quicker than the encoders; should it hang, old packets go.
    if (inbox_.size() >= kMostInbox) inbox_.erase(inbox_.begin());
    inbox_.emplace_back(index, std::move(packet));
  }
  const uint64_t one = 1;
  if (write(wake_fd_, &one, sizeof one) < 0) return;  // full counter: the thread is awake anyway
}

void Server::accept_viewer(size_t camera) {
  const int fd = accept4(listeners_[camera], nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  const auto there = std::count_if(viewers_.begin(), viewers_.end(),
                                   [&](const auto& v) { return v.camera == camera; });
  const int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  Viewer& viewer = viewers_.emplace_back(Viewer{fd, camera, nullptr, {}, false, false});
  auto muxer =
      Muxer::transport_stream(formats_[camera], [&viewer](const uint8_t* data, size_t size) {
        viewer.waiting.append(reinterpret_cast<const char*>(data), size);
      });
  if (!muxer.ok() || static_cast<size_t>(there) >= kMostViewers) {
    viewer.dead = true;
    return;
  }
  viewer.muxer = std::move(muxer).value();
}

void Server::accept_talker() {
  const int fd = accept4(control_listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  if (talkers_.size() >= kMostTalkers) {
    close(fd);
    return;
  }
  talkers_.push_back({fd, {}, {}, false});
}

void Server::deliver() {
  uint64_t count = 0;
  if (read(wake_fd_, &count, sizeof count) < 0 && errno != EAGAIN) return;
  std::vector<std::pair<size_t, std::shared_ptr<const Packet>>> packets;
  {
    const std::lock_guard lock(mutex_);
    packets.swap(inbox_);
  }
  for (const auto& [camera, packet] : packets) {
    for (auto& v : viewers_) {
      if (v.camera != camera || v.dead) continue;
      v.started = v.started || packet->key;
      if (!v.started) continue;
      if (!v.muxer->put(*packet).ok() || v.waiting.size() > kMostWaiting) v.dead = true;
    }
  }
}

void Server::talk(Talker& t) {
  char buffer[1024];
  const ssize_t n = recv(t.fd, buffer, sizeof buffer, MSG_DONTWAIT);
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
    t.dead = true;
    return;
  }
  if (n < 0) return;
  t.in.append(buffer, static_cast<size_t>(n));
  for (size_t end = t.in.find('\n'); end != std::string::npos; end = t.in.find('\n')) {
    t.out += answer_(t.in.substr(0, end)) + "\n";
    t.in.erase(0, end + 1);
  }
  if (t.in.size() > kLongestInput || t.out.size() > kMostWaiting) t.dead = true;
}

void Server::run(int stop_fd) {
  for (;;) {
    std::vector<pollfd> fds{
        {stop_fd, POLLIN, 0}, {wake_fd_, POLLIN, 0}, {control_listener_, POLLIN, 0}};
    for (const int fd : listeners_) fds.push_back({fd, POLLIN, 0});
    auto wanted = [](bool more) { return static_cast<short>(more ? POLLIN | POLLOUT : POLLIN); };
    for (auto& v : viewers_) fds.push_back({v.fd, wanted(!v.waiting.empty()), 0});
    for (auto& t : talkers_) fds.push_back({t.fd, wanted(!t.out.empty()), 0});
    if (poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) return;
    if (fds[0].revents != 0) return;
    size_t i = 3 + listeners_.size();
    for (auto& v : viewers_) {
      if ((fds[i++].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && hung_up(v.fd)) v.dead = true;
    }
    for (auto& t : talkers_) {
      if ((fds[i++].revents & (POLLIN | POLLHUP | POLLERR)) != 0) talk(t);
    }
    deliver();
    for (auto& v : viewers_) v.dead = v.dead || !drain(v.fd, v.waiting);
    for (auto& t : talkers_) t.dead = t.dead || !drain(t.fd, t.out);
    for (size_t k = 0; k < listeners_.size(); ++k) {
      if (fds[3 + k].revents != 0) accept_viewer(k);
    }
    if (fds[2].revents != 0) accept_talker();
    auto bury = [](auto& list) {
      for (auto it = list.begin(); it != list.end();) {
        if (it->dead) close(it->fd);
        it = it->dead ? list.erase(it) : std::next(it);
      }
    };
    bury(viewers_);
    bury(talkers_);
  }
}

}  // namespace xunjie::street
