// A TLS front for tests: takes TLS on a free loopback port and passes the bytes on to a plain one.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace xunjie::watch::receive {

class TlsFront {
 public:
  // The certificate is its own root and says that it belongs to this IP address.
  TlsFront(int behind, const std::string& address);
  ~TlsFront();
  TlsFront(const TlsFront&) = delete;
  TlsFront& operator=(const TlsFront&) = delete;
  [[nodiscard]] int port() const { return port_; }
  // A PEM file with the certificate.
  [[nodiscard]] const std::string& root_file() const { return root_file_; }

 private:
  void accept();
  void pass_on(int caller);

  struct Keys;
  std::unique_ptr<Keys> keys_;
  int behind_, socket_ = -1, port_ = 0;
  std::string root_file_;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::vector<std::thread> callers_;
  std::thread thread_;
};

}  // namespace xunjie::watch::receive
