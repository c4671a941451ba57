// A provider on loopback for tests: answers one request a connection, as the test tells it to.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "message/signing.h"

namespace xunjie::message {

struct SeenRequest {
  std::string method, path, body;
  Headers headers;
};

class TestProvider {
 public:
  // Gives the whole answer, status line included; an empty one means: keep silent until the client
  // goes.
  using Answer = std::function<std::string(const SeenRequest&)>;

  explicit TestProvider(Answer answer);
  ~TestProvider();
  TestProvider(const TestProvider&) = delete;
  TestProvider& operator=(const TestProvider&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<SeenRequest> seen();

 private:
  void accept_all();
  void answer_one(int connection);

  Answer answer_;
  int listener_ = -1;
  int port_ = 0;
  std::mutex mutex_;
  std::vector<SeenRequest> seen_;
  std::thread thread_;
};

std::string http_answer(int status, const std::string& body);

}  // namespace xunjie::message
