// Still pictures and MJPEG over HTTP, against a server that answers as it is told.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "base/check.h"
#include "watch/capture.h"
#include "watch/decode.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
}

namespace xunjie::watch::receive {
namespace {

const std::atomic<bool> kNever{false};

// Answers each request with the next of its answers, the last one again and again, then hangs up.
class HttpServer {
 public:
  explicit HttpServer(std::vector<std::string> answers) : answers_(std::move(answers)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const int bound = ::bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    XUNJIE_CHECK(bound == 0);
    ::listen(socket_, 16);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~HttpServer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  [[nodiscard]] std::string url(const std::string& credentials = {}) const {
    return "http://" + credentials + "127.0.0.1:" + std::to_string(port_) +
           "/snap.jpg?token=geheim";
  }
  [[nodiscard]] std::string heard() {
    const std::lock_guard lock(mutex_);
    return heard_;
  }

 private:
  void serve() {
    for (std::size_t next = 0;; ++next) {
      const int caller = ::accept(socket_, nullptr, nullptr);
      if (caller < 0) return;
      std::string request;
      std::array<char, 2048> bytes{};
      while (request.find("\r\n\r\n") == std::string::npos) {
        const auto got = ::recv(caller, bytes.data(), bytes.size(), 0);
        if (got <= 0) break;
        request.append(bytes.data(), static_cast<std::size_t>(got));
      }
      {
        const std::lock_guard lock(mutex_);
        heard_ += request;
      }
      const std::string& answer = answers_[std::min(next, answers_.size() - 1)];
      for (std::size_t sent = 0; sent < answer.size();) {
        const auto n = ::send(caller, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) break;
        sent += static_cast<std::size_t>(n);
      }
      ::close(caller);
    }
  }
  std::vector<std::string> answers_;
  int socket_ = -1, port_ = 0;
  std::mutex mutex_;
  std::string heard_;
  std::thread thread_;
};

std::string jpeg(int width, int height) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("xunjie-http-" + std::to_string(::getpid()) + ".jpg");
  const std::string command =
      "ffmpeg -v quiet -y -f lavfi -i testsrc2=size=" + std::to_string(width) + "x" +
      std::to_string(height) + " -frames:v 1 " + path.string() + " </dev/null";
  if (std::system(command.c_str()) != 0) return {};  // NOLINT(cert-env33-c)
  std::ifstream file(path, std::ios::binary);
  std::string out{std::istreambuf_iterator<char>(file), {}};
  std::filesystem::remove(path);
  return out;
}

std::string answer(const std::string& type, const std::string& body,
                   const char* status = "200 OK") {
  return std::string("HTTP/1.1 ") + status + "\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
         body;
}

CaptureOptions quick() {
  return {.open_timeout = seconds(5), .read_timeout = seconds(5), .poll_period = millis(10)};
}

TEST(HttpCapture, AStillIsFetchedAgainAndAgain) {
  const std::string small = jpeg(320, 240), large = jpeg(640, 480);
  ASSERT_FALSE(small.empty()) << "is ffmpeg installed (./dev setup does)?";
  HttpServer server({answer("image/jpeg", small), answer("image/jpeg", small.substr(0, 8)),
                     answer("image/jpeg", small), answer("image/jpeg", large)});
  auto capture = Capture::open(server.url("us:pw@"), quick(), kNever);
  ASSERT_TRUE(capture.ok()) << capture.error().message;
  auto first = (*capture)->read();
  ASSERT_TRUE(first.ok() && *first);
  EXPECT_TRUE((*first)->key);
  EXPECT_EQ((*capture)->stream().codec->width, 320);
  auto decoder = Decoder::open((*capture)->stream());
  ASSERT_TRUE(decoder.ok());
  const auto frame = decoder->decode_key(**first);
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ((*frame)->height, 240);
  EXPECT_FALSE((*capture)->read().ok()) << "a cut-off picture is no picture";
  ASSERT_TRUE((*capture)->read().ok());
  const auto later = (*capture)->read();
  ASSERT_TRUE(later.ok());
  EXPECT_EQ((*capture)->generation(), 2U);
  EXPECT_EQ((*capture)->stream().codec->width, 640);
  EXPECT_GT((*later)->media, (*first)->media);
}

TEST(HttpCapture, MjpegPartsArePictures) {
  const std::string picture = jpeg(320, 240);
  std::string body;
  for (int i = 0; i < 3; ++i)
    body +=
        "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(picture.size()) +
        "\r\n\r\n" + picture + "\r\n";
  HttpServer server(
      {"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=frame"
       "\r\n\r\n" +
       body});
  auto capture = Capture::open(server.url(), quick(), kNever);
  ASSERT_TRUE(capture.ok()) << capture.error().message;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    const auto read = (*capture)->read();
    ASSERT_TRUE(read.ok() && *read) << i;
    EXPECT_EQ((*read)->number, i);
    EXPECT_EQ((*read)->bytes, picture.size());
  }
  EXPECT_EQ((*capture)->read().error().code, ErrorCode::unavailable);
}

TEST(HttpCapture, RefusalsAreToldApartAndShowNothingSecret) {
  const auto error_of = [](const std::string& raw) {
    HttpServer server({raw});
    const auto opened = Capture::open(server.url("us:pw@"), quick(), kNever);
    EXPECT_FALSE(opened.ok());
    if (opened.ok()) return ErrorCode::internal;
    EXPECT_EQ(opened.error().message.find("geheim"), std::string::npos);
    EXPECT_EQ(opened.error().message.find("pw"), std::string::npos);
    return opened.error().code;
  };
  EXPECT_EQ(error_of(answer("text/plain", "no", "404 Not Found")), ErrorCode::not_found);
  EXPECT_EQ(error_of(answer("text/plain", "no", "403 Forbidden")), ErrorCode::forbidden);
  EXPECT_EQ(error_of("HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
            ErrorCode::unauthenticated);
  EXPECT_EQ(error_of(answer("text/html", "<html>")), ErrorCode::unavailable);
  EXPECT_EQ(error_of(answer("image/jpeg", std::string(9 << 20, 'x'))), ErrorCode::too_large);
  EXPECT_EQ(error_of("HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=b\r\n\r\n"
                     "--b\r\nContent-Length: 99999999\r\n\r\n"),
            ErrorCode::too_large);
}

TEST(HttpCapture, CredentialsAreNotCarriedToAnotherHost) {
  HttpServer there({answer("text/plain", "no", "404 Not Found")});
  std::string other = there.url();
  other.replace(other.find("127.0.0.1"), 9, "localhost");
  HttpServer here({"HTTP/1.1 302 Found\r\nLocation: " + other +
                   "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"});
  EXPECT_FALSE(Capture::open(here.url("us:pw@"), quick(), kNever).ok());
  EXPECT_NE(there.heard().find("GET /snap.jpg"), std::string::npos);
  EXPECT_EQ(there.heard().find("Authorization"), std::string::npos);
}

}  // namespace
}  // namespace xunjie::watch::receive
