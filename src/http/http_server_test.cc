// The engine against a plain socket: what it lets through, what it refuses, how it ends.
#include "http/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace xunjie::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A client that says exactly the bytes it is told to.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval limit{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  std::string read_until(std::string_view end) {
    std::array<char, 4096> buffer{};
    while (seen_.find(end) == std::string::npos) {
      const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
      if (got <= 0) break;
      seen_.append(buffer.data(), static_cast<std::size_t>(got));
    }
    const auto at = seen_.find(end);
    const auto size = at == std::string::npos ? seen_.size() : at + end.size();
    std::string part = seen_.substr(0, size);
    seen_.erase(0, size);
    return part;
  }
  std::string read_all() { return read_until("\x01never\x01"); }

 private:
  int socket_;
  std::string seen_;
};

class Echo final : public Application {
 public:
  std::size_t body_max(Method, std::string_view path) const override {
    return path == "/big" ? 1000 : 10;
  }
  Response handle(const Request& request) override {
    if (request.path == "/throw") throw std::runtime_error("fault");
    if (request.path == "/stream") return stream();
    if (request.path == "/wait") wait();
    Response response;
    response.body = std::string(name_of(request.method)) + " " + request.path + "?" +
                    request.query + " " + request.body;
    return response;
  }
  Response refuse(int status, std::string_view) override {
    Response response;
    response.status = status;
    response.body = "refused";
    return response;
  }
  void release() {
    const std::lock_guard lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }
  void wait_for_waiters(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }
  std::shared_ptr<StreamSink> wait_for_sink() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return sink_ != nullptr; });
    return sink_;
  }

 private:
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return released_; });
  }
  Response stream() {
    Response response;
    response.stream = [this](std::shared_ptr<StreamSink> sink) {
      const std::lock_guard lock(mutex_);
      sink_ = std::move(sink);
      changed_.notify_all();
    };
    return response;
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool released_ = false;
  int waiting_ = 0;
  std::shared_ptr<StreamSink> sink_;
};

class HttpServerTest : public testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    auto listening = Server::listen(options);
    ASSERT_TRUE(listening.ok());
    server_ = std::move(*listening);
    server_->start(echo_);
  }
  std::string talk(const std::string& bytes) const {
    RawClient client(server_->port());
    client.send(bytes);
    return client.read_all();
  }
  static std::string get(const std::string& path,
                         const std::string& more = "Connection: close\r\n") {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
  }
  Echo echo_;
  std::unique_ptr<Server> server_;
};

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
  start();
  RawClient client(server_->port());
  client.send(get("/a?b=c", "") + get("/second"));
  EXPECT_THAT(client.read_until("GET /a?b=c "), StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(client.read_all(), HasSubstr("GET /second? "));
}

TEST_F(HttpServerTest, HeadHasTheLengthButNoBody) {
  start();
  const std::string answer = talk("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 9"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(HttpServerTest, RefusesTooLargeBodiesBothWays) {
  start();
  EXPECT_THAT(talk("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n01234567890"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(talk("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                   "chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(talk("POST /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                   "11\r\n\r\n01234567890"),
              HasSubstr("01234567890"));
}

TEST_F(HttpServerTest, RefusesLongHeadersAndNonsense) {
  start();
  EXPECT_THAT(talk(get("/a", "X: " + std::string(20000, 'x') + "\r\n")),
              StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(talk("NONSENSE\r\n\r\n"), StartsWith("HTTP/1.1 400"));
}

TEST_F(HttpServerTest, AContinueIsSaidBeforeTheBody) {
  start();
  RawClient client(server_->port());
  client.send(
      "POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: "
      "3\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue"));
  client.send("abc");
  EXPECT_THAT(client.read_all(), HasSubstr("POST /a? abc"));
}

TEST_F(HttpServerTest, AFaultIsFiveHundredAndTheServerGoesOn) {
  start();
  EXPECT_THAT(talk(get("/throw")), StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(talk(get("/a")), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, AFullQueueIsRefusedAtOnce) {
  start({.workers = 1, .queue_max = 1});
  RawClient first(server_->port());
  first.send(get("/wait"));
  echo_.wait_for_waiters(1);
  RawClient second(server_->port());
  second.send(get("/wait"));
  while (server_->waiting() < 1) std::this_thread::yield();
  EXPECT_THAT(talk(get("/a")), StartsWith("HTTP/1.1 503"));
  echo_.release();
  EXPECT_THAT(first.read_all(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(second.read_all(), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, TooManyConnectionsAreTurnedAway) {
  start({.connections_max = 1});
  RawClient held(server_->port());
  held.send(get("/a", ""));
  held.read_until("GET /a? ");
  EXPECT_THAT(talk(get("/a")), StartsWith("HTTP/1.1 503"));
}

TEST_F(HttpServerTest, StreamsFramesUntilClosed) {
  start();
  RawClient client(server_->port());
  client.send(get("/stream"));
  const auto sink = echo_.wait_for_sink();
  EXPECT_TRUE(sink->push(std::make_shared<const std::string>("one\n\n")));
  EXPECT_THAT(client.read_until("one\n\n"), StartsWith("HTTP/1.1 200 OK"));
  sink->push(std::make_shared<const std::string>("two\n\n"));
  sink->close();
  EXPECT_EQ(client.read_all(), "two\n\n");
  EXPECT_FALSE(sink->push(std::make_shared<const std::string>("late")));
}

TEST_F(HttpServerTest, ASlowReaderIsDropped) {
  start({.stream_frames_max = 8, .stream_bytes_max = 1u << 20});
  RawClient client(server_->port());
  client.send(get("/stream"));
  const auto sink = echo_.wait_for_sink();
  const auto frame = std::make_shared<const std::string>(std::string(200'000, 'x'));
  // Nobody reads, so kernel buffers fill, then the queue; memory does not.
  int pushed = 0;
  while (pushed < 100'000 && sink->push(frame)) ++pushed;
  EXPECT_LT(pushed, 100'000);
}

TEST_F(HttpServerTest, StopLetsRequestsFinishAndClosesTheRest) {
  start();
  RawClient idle(server_->port());
  idle.send(get("/a", ""));
  idle.read_until("GET /a? ");
  RawClient streaming(server_->port());
  streaming.send(get("/stream"));
  echo_.wait_for_sink();
  RawClient busy(server_->port());
  busy.send(get("/wait", ""));
  echo_.wait_for_waiters(1);
  std::thread stopping([&] { server_->stop(); });
  EXPECT_EQ(idle.read_all(), "");
  streaming.read_all();
  echo_.release();
  EXPECT_THAT(busy.read_all(), HasSubstr("GET /wait"));
  stopping.join();
  EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(HttpServerTest, TwoCannotListenOnOnePort) {
  start();
  EXPECT_EQ(Server::listen({.port = server_->port()}).error().code, ErrorCode::unavailable);
  EXPECT_EQ(Server::listen({.host = "nowhere"}).error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace xunjie::http
