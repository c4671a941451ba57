#include "message/test_provider.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sstream>

#include "base/check.h"

namespace xunjie::message {
namespace {

std::string read_some(int connection) {
  std::string chunk(65536, '\0');
  const auto count = recv(connection, chunk.data(), chunk.size(), 0);
  chunk.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return chunk;
}

void write_all(int connection, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const auto count = send(connection, text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (count <= 0) return;
    done += static_cast<std::size_t>(count);
  }
}

SeenRequest parse_head(const std::string& head, std::size_t& body_bytes) {
  SeenRequest request;
  std::istringstream lines(head);
  std::string line;
  std::getline(lines, line);
  std::istringstream(line) >> request.method >> request.path;
  while (std::getline(lines, line) && line != "\r") {
    const auto colon = line.find(": ");
    if (colon == std::string::npos) continue;
    request.headers.emplace_back(line.substr(0, colon),
                                 line.substr(colon + 2, line.size() - colon - 3));
    if (request.headers.back().first == "Content-Length")
      body_bytes = std::stoul(request.headers.back().second);
  }
  return request;
}

}  // namespace

TestProvider::TestProvider(Answer answer) : answer_(std::move(answer)) {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  XUNJIE_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), length) == 0);
  XUNJIE_CHECK(listen(listener_, 16) == 0);
  XUNJIE_CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { accept_all(); });
}

TestProvider::~TestProvider() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

std::vector<SeenRequest> TestProvider::seen() {
  const std::lock_guard lock(mutex_);
  return seen_;
}

void TestProvider::accept_all() {
  for (;;) {
    const int connection = accept(listener_, nullptr, nullptr);
    if (connection < 0) return;
    answer_one(connection);
    close(connection);
  }
}

void TestProvider::answer_one(int connection) {
  std::string text;
  while (text.find("\r\n\r\n") == std::string::npos) {
    const std::string more = read_some(connection);
    if (more.empty()) return;
    text += more;
  }
  const auto head_end = text.find("\r\n\r\n");
  std::size_t body_bytes = 0;
  SeenRequest request = parse_head(text.substr(0, head_end + 2), body_bytes);
  request.body = text.substr(head_end + 4);
  while (request.body.size() < body_bytes) request.body += read_some(connection);
  {
    const std::lock_guard lock(mutex_);
    seen_.push_back(request);
  }
  const std::string reply = answer_(request);
  if (reply.empty()) {
    while (!read_some(connection).empty()) {
    }
    return;
  }
  write_all(connection, reply);
}

std::string http_answer(int status, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " X\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

}  // namespace xunjie::message
