// xunjie-rtsp-sender: see README.md. One thread; every socket non-blocking.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "bench/sender/recording.h"

namespace xunjie::bench {
namespace {

constexpr std::size_t kMostUnsent = 4U << 20U;
volatile std::sig_atomic_t stopping = 0;

Micros now() {
  return Micros{std::chrono::duration_cast<std::chrono::microseconds>(
                    std::chrono::steady_clock::now().time_since_epoch())
                    .count()};
}

struct Options {
  std::uint16_t port = 0;
  unsigned lose = 0, damage = 0;  // one packet in so many; 0: none
  std::map<std::string, Recording> recordings;
};

struct Totals {
  unsigned long long clients = 0, pictures = 0, bytes = 0, lost = 0, damaged = 0, late = 0;
};

struct Client {
  explicit Client(int fd_) : fd(fd_) {}
  ~Client() { ::close(fd); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  int fd;
  std::string in, out;
  const Recording* recording = nullptr;
  bool playing = false;
  std::size_t next = 0;
  Micros begun, shift;  // when picture 0 of this round was or would have been sent
  std::uint16_t sequence = 0;
};

class Sender {
 public:
  explicit Sender(Options options) : options_(std::move(options)), random_(20230911) {}

  bool listen();
  void run();

 private:
  void accept_all();
  bool read(Client& client);
  void answer(Client& client, const std::string& request);
  void play(Client& client);
  void send_due(Client& client, Micros at);
  void send_picture(Client& client, const Picture& picture);
  bool flush(Client& client);

  Options options_;
  std::minstd_rand random_;
  int socket_ = -1, set_ = -1;
  std::map<int, std::unique_ptr<Client>> clients_;
  Totals totals_;
};

bool Sender::listen() {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int on = 1;
  ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options_.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(socket_, 1024) != 0)
    return false;
  ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
  set_ = epoll_create1(0);
  epoll_event event{.events = EPOLLIN, .data = {.fd = socket_}};
  epoll_ctl(set_, EPOLL_CTL_ADD, socket_, &event);
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return true;
}

void Sender::run() {
  std::array<epoll_event, 256> events{};
  while (stopping == 0) {
    const int ready = epoll_wait(set_, events.data(), static_cast<int>(events.size()), 5);
    for (int i = 0; i < ready; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == socket_) {
        accept_all();
      } else if (const auto it = clients_.find(fd); it != clients_.end()) {
        if (!read(*it->second)) clients_.erase(it);
      }
    }
    const Micros at = now();
    std::erase_if(clients_, [&](auto& entry) {
      send_due(*entry.second, at);
      return !flush(*entry.second);
    });
  }
  std::printf(
      "{\"clients\":%llu,\"pictures\":%llu,\"bytes\":%llu,\"lost_packets\":%llu,"
      "\"damaged_packets\":%llu,\"pictures_not_taken\":%llu}\n",
      totals_.clients, totals_.pictures, totals_.bytes, totals_.lost, totals_.damaged,
      totals_.late);
}

void Sender::accept_all() {
  while (true) {
    const int fd = ::accept4(socket_, nullptr, nullptr, SOCK_NONBLOCK);
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    epoll_ctl(set_, EPOLL_CTL_ADD, fd, &event);
    clients_.emplace(fd, std::make_unique<Client>(fd));
    ++totals_.clients;
  }
}

bool Sender::read(Client& client) {
  std::array<char, 4096> bytes{};
  const auto got = ::recv(client.fd, bytes.data(), bytes.size(), 0);
  if (got == 0 || (got < 0 && errno != EAGAIN)) return false;
  if (got > 0) client.in.append(bytes.data(), static_cast<std::size_t>(got));
  while (!client.in.empty()) {
    if (client.in[0] == '$') {  // a receiver report
      if (client.in.size() < 4) return true;
      const std::size_t size =
          4 + (static_cast<std::size_t>(static_cast<std::uint8_t>(client.in[2])) << 8U |
               static_cast<std::uint8_t>(client.in[3]));
      if (client.in.size() < size) return true;
      client.in.erase(0, size);
      continue;
    }
    const auto end = client.in.find("\r\n\r\n");
    if (end == std::string::npos) return client.in.size() < 65536;
    answer(client, client.in.substr(0, end + 2));
    client.in.erase(0, end + 4);
  }
  return true;
}

std::string header(const std::string& request, const std::string& name) {
  const auto at = request.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 4;
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

void Sender::answer(Client& client, const std::string& request) {
  const std::string method = request.substr(0, request.find(' '));
  std::string more, body, status = "200 OK";
  if (method == "OPTIONS")
    more = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER\r\n";
  if (method == "DESCRIBE") {
    const auto slash = request.find('/', request.find("://") + 3);
    const auto name =
        request.substr(slash + 1, request.find_first_of(" /?", slash + 1) - slash - 1);
    const auto it = options_.recordings.find(name);
    if (it == options_.recordings.end()) {
      status = "404 Not Found";
    } else {
      client.recording = &it->second;
      body = it->second.sdp;
      more = "Content-Type: application/sdp\r\nContent-Length: " + std::to_string(body.size()) +
             "\r\n";
    }
  }
  if (method == "SETUP") more = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n";
  if (method != "OPTIONS" && method != "DESCRIBE") more += "Session: 1;timeout=60\r\n";
  client.out +=
      "RTSP/1.0 " + status + "\r\nCSeq: " + header(request, "CSeq") + "\r\n" + more + "\r\n" + body;
  if (method == "PLAY" && client.recording != nullptr) play(client);
}

// Each client begins at a keyframe of its own and up to two seconds late, so that not all send
// theirs together, however closely they come one after the other.
void Sender::play(Client& client) {
  const auto& pictures = client.recording->pictures;
  client.next = random_() % pictures.size();
  while (client.next > 0 && !pictures[client.next].key) --client.next;
  client.begun =
      now() - pictures[client.next].at + Micros{static_cast<std::int64_t>(random_() % 2'000'000)};
  client.shift = {};
  client.playing = true;
}

void Sender::send_due(Client& client, Micros at) {
  if (!client.playing) return;
  const auto& pictures = client.recording->pictures;
  while (client.begun + client.shift + pictures[client.next].at <= at) {
    if (client.out.size() < kMostUnsent)
      send_picture(client, pictures[client.next]);
    else
      ++totals_.late;
    if (++client.next == pictures.size()) {
      client.next = 0;
      client.shift = client.shift + client.recording->length;
    }
  }
}

void Sender::send_picture(Client& client, const Picture& picture) {
  const Micros time = client.shift + picture.at;
  const auto stamp = htonl(static_cast<std::uint32_t>(time.count * 9 / 100));
  for (const RtpPiece& piece : picture.pieces) {
    const auto sequence = htons(++client.sequence);
    if (options_.lose != 0 && random_() % options_.lose == 0) {
      ++totals_.lost;
      continue;
    }
    const std::size_t at = client.out.size();
    client.out.append(client.recording->bytes, piece.begin, piece.size);
    std::memcpy(client.out.data() + at + 6, &sequence, 2);
    std::memcpy(client.out.data() + at + 8, &stamp, 4);
    if (options_.damage != 0 && random_() % options_.damage == 0 && piece.size > 64) {
      ++totals_.damaged;
      for (int i = 0; i < 8; ++i)
        client.out[at + 20 + random_() % (piece.size - 20)] ^=
            static_cast<char>(random_() % 255 + 1);
    }
  }
  ++totals_.pictures;
}

bool Sender::flush(Client& client) {
  if (client.out.empty()) return true;
  const auto sent = ::send(client.fd, client.out.data(), client.out.size(), MSG_NOSIGNAL);
  if (sent < 0) return errno == EAGAIN;
  totals_.bytes += static_cast<unsigned long long>(sent);
  client.out.erase(0, static_cast<std::size_t>(sent));
  return true;
}

bool number(const char* text, unsigned& out) {
  const char* end = text + std::strlen(text);
  const auto read = std::from_chars(text, end, out);
  return read.ec == std::errc{} && read.ptr == end;
}

int usage() {
  std::fputs("xunjie-rtsp-sender [--port N] [--lose N] [--damage N] NAME=FILE…\n", stderr);
  return 2;
}

bool read_options(int argc, char** argv, Options& out) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    unsigned value = 0;
    if (argument.rfind("--", 0) == 0) {
      if (++i == argc || !number(argv[i], value)) return false;
      if (argument == "--port" && value < 65536)
        out.port = static_cast<std::uint16_t>(value);
      else if (argument == "--lose")
        out.lose = value;
      else if (argument == "--damage")
        out.damage = value;
      else
        return false;
      continue;
    }
    const auto equals = argument.find('=');
    if (equals == std::string::npos) return false;
    auto recording = read_recording(argument.substr(equals + 1));
    if (!recording.ok()) {
      std::fprintf(stderr, "xunjie-rtsp-sender: %s\n", recording.error().message.c_str());
      return false;
    }
    out.recordings.emplace(argument.substr(0, equals), std::move(*recording));
  }
  return !out.recordings.empty();
}

}  // namespace

int sender_main(int argc, char** argv) {
  Options options;
  if (!read_options(argc, argv, options)) return usage();
  std::signal(SIGTERM, [](int) { stopping = 1; });
  std::signal(SIGINT, [](int) { stopping = 1; });
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  Sender sender(std::move(options));
  if (!sender.listen()) {
    std::perror("xunjie-rtsp-sender: cannot listen");
    return 1;
  }
  sender.run();
  return 0;
}

}  // namespace xunjie::bench

int main(int argc, char** argv) {
  return xunjie::bench::sender_main(argc, argv);
}
