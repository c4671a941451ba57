// A TCP connection, plain or with TLS, that never blocks. One thread at a time.
//
// TLS 1.2 or newer; the certificate must belong to the host and lead to a trusted root (the
// system's, SSL_CERT_FILE, or TlsOptions::ca_file) unless verification was switched off.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "watch/capture.h"

using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;

namespace xunjie::watch::receive {

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

// Of a host name (asks the system, may take seconds) or, with `numeric`, of an address only.
// Errors: unavailable (name not known), invalid_argument (numeric asked and it is a name).
Result<std::vector<Address>> addresses_of(const std::string& host, const std::string& port,
                                          bool numeric);

// What all TLS connections of one owner share.
class TlsContext {
 public:
  // Errors: invalid_argument (the root certificates cannot be read).
  static Result<std::shared_ptr<TlsContext>> make(const TlsOptions& options);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  [[nodiscard]] SSL_CTX* get() const { return context_; }

 private:
  explicit TlsContext(SSL_CTX* context) : context_(context) {}
  SSL_CTX* context_;
};

class Connection {
 public:
  // Begins connecting. `tls` null: plain. Errors: unavailable.
  static Result<std::unique_ptr<Connection>> start(const Address& address, const std::string& host,
                                                   const TlsContext* tls);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  // Call when the socket is ready until it says true: connected, and TLS agreed. Errors:
  // unavailable (refused), unauthenticated with field "tls" (certificate not trusted).
  Result<bool> advance();
  // What has come, 0 when nothing has. Errors: unavailable (closed or broken).
  Result<std::size_t> read(std::span<std::uint8_t> into);
  // Sends what can be sent now and keeps the rest. Errors: unavailable, full (the other side takes
  // nothing and more than kMaxUnsent wait).
  Result<void> send(const std::string& bytes);
  // Whether a read() shorter than asked for means that nothing is left. TLS gives records.
  [[nodiscard]] bool drained_by_short_read() const { return ssl_ == nullptr; }
  // Whether to call advance() or send({}) when the socket can be written.
  [[nodiscard]] bool wants_write() const { return wants_write_ || !unsent_.empty(); }

 private:
  static constexpr std::size_t kMaxUnsent = 256U << 10U;
  Connection(int fd, SSL* ssl) : fd_(fd), ssl_(ssl) {}
  Result<bool> shake_hands();
  Result<std::size_t> write_some(std::span<const char> bytes);

  int fd_;
  SSL* ssl_;
  bool connected_ = false;
  bool open_ = false;
  bool wants_write_ = true;
  std::string unsent_;
};

}  // namespace xunjie::watch::receive
