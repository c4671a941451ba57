#include "watch/receive/connection.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <openssl/x509v3.h>

namespace xunjie::watch::receive {
namespace {

Error cannot_connect(int code) {
  return make_error(ErrorCode::unavailable,
                    std::string("cannot connect to the source: ") + std::strerror(code), "source");
}

Error closed() {
  return make_error(ErrorCode::unavailable, "the source has closed the connection");
}

bool would_block(int code) {
  return code == EAGAIN || code == EWOULDBLOCK || code == EINTR;
}

// OpenSSL writes without MSG_NOSIGNAL; a source that hung up must not end the process.
class NoBrokenPipe {
 public:
  NoBrokenPipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending{};
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoBrokenPipe() {
    if (!was_pending_) {
      const timespec none{};
      while (sigtimedwait(&pipe_, nullptr, &none) < 0 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

 private:
  sigset_t pipe_{}, before_{};
  bool was_pending_ = false;
};

bool is_address(const std::string& host) {
  in6_addr any{};
  return inet_pton(AF_INET, host.c_str(), &any) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &any) == 1;
}

// What SSL_set_tlsext_host_name does; the macro casts in the old style.
bool send_name(SSL* ssl, const std::string& host) {
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                  const_cast<char*>(host.c_str())) == 1;
}

SSL* tls_for(SSL_CTX* context, int fd, const std::string& host) {
  SSL* ssl = SSL_new(context);
  if (ssl == nullptr) return nullptr;
  SSL_set_fd(ssl, fd);
  SSL_set_connect_state(ssl);
  const bool set = is_address(host)
                       ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1
                       : SSL_set1_host(ssl, host.c_str()) == 1 && send_name(ssl, host);
  if (set) return ssl;
  SSL_free(ssl);
  return nullptr;
}

Error tls_failed(SSL* ssl) {
  const long verdict = SSL_get_verify_result(ssl);
  const unsigned long code = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  if (verdict != X509_V_OK) {
    return make_error(ErrorCode::unauthenticated,
                      std::string("the source's certificate is not trusted: ") +
                          X509_verify_cert_error_string(verdict),
                      "tls");
  }
  return make_error(ErrorCode::unavailable,
                    std::string("TLS with the source failed: ") +
                        (reason != nullptr ? reason : "connection closed"),
                    "tls");
}

}  // namespace

Result<std::vector<Address>> addresses_of(const std::string& host, const std::string& port,
                                          bool numeric) {
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV | (numeric ? AI_NUMERICHOST : AI_ADDRCONFIG);
  if (const int code = getaddrinfo(host.c_str(), port.c_str(), &wanted, &found); code != 0) {
    if (numeric) return make_error(ErrorCode::invalid_argument, "not an address", "source");
    return make_error(ErrorCode::unavailable,
                      "host " + host.substr(0, 80) + " is not known: " + gai_strerror(code),
                      "source");
  }
  std::vector<Address> out;
  for (const addrinfo* one = found; one != nullptr && out.size() < 8; one = one->ai_next) {
    if (one->ai_addrlen > sizeof(sockaddr_storage)) continue;
    Address address;
    std::memcpy(&address.bytes, one->ai_addr, one->ai_addrlen);
    address.size = one->ai_addrlen;
    out.push_back(address);
  }
  freeaddrinfo(found);
  return out;
}

Result<std::shared_ptr<TlsContext>> TlsContext::make(const TlsOptions& options) {
  std::shared_ptr<TlsContext> out(new TlsContext(SSL_CTX_new(TLS_client_method())));
  if (out->context_ == nullptr) return make_error(ErrorCode::internal, "TLS is not available");
  SSL_CTX_set_min_proto_version(out->context_, TLS1_2_VERSION);
  SSL_CTX_set_mode(out->context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(out->context_, options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  const bool read =
      options.ca_file.empty()
          ? SSL_CTX_set_default_verify_paths(out->context_) == 1
          : SSL_CTX_load_verify_locations(out->context_, options.ca_file.c_str(), nullptr) == 1;
  ERR_clear_error();
  if (!read)
    return make_error(ErrorCode::invalid_argument,
                      "tls: root certificates cannot be read from " + options.ca_file, "tls");
  return out;
}

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

Result<std::unique_ptr<Connection>> Connection::start(const Address& address,
                                                      const std::string& host,
                                                      const TlsContext* tls) {
  const int fd = ::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return cannot_connect(errno);
  SSL* ssl = nullptr;
  if (tls != nullptr) {
    ssl = tls_for(tls->get(), fd, host);
    if (ssl == nullptr) {
      ::close(fd);
      return make_error(ErrorCode::internal, "TLS is not available");
    }
  }
  std::unique_ptr<Connection> out(new Connection(fd, ssl));
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address.bytes), address.size) != 0 &&
      errno != EINPROGRESS)
    return cannot_connect(errno);
  return out;
}

Connection::~Connection() {
  if (ssl_ != nullptr) SSL_free(ssl_);
  ::close(fd_);
}

Result<bool> Connection::advance() {
  if (open_) return true;
  if (!connected_) {
    pollfd ready{.fd = fd_, .events = POLLOUT, .revents = 0};
    if (::poll(&ready, 1, 0) <= 0) return false;
    int code = 0;
    socklen_t size = sizeof code;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &code, &size);
    if (code != 0) return cannot_connect(code);
    connected_ = true;
    wants_write_ = false;
  }
  if (ssl_ == nullptr) return open_ = true;
  return shake_hands();
}

Result<bool> Connection::shake_hands() {
  const NoBrokenPipe guard;
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_);
  const int why = done == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_, done);
  wants_write_ = why == SSL_ERROR_WANT_WRITE;
  if (done == 1) return open_ = true;
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return false;
  return tls_failed(ssl_);
}

Result<std::size_t> Connection::read(std::span<std::uint8_t> into) {
  if (ssl_ == nullptr) {
    const auto got = ::recv(fd_, into.data(), into.size(), 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0 && would_block(errno)) return std::size_t{0};
    return closed();
  }
  const NoBrokenPipe guard;  // a read may answer a key update
  ERR_clear_error();
  std::size_t got = 0;
  if (SSL_read_ex(ssl_, into.data(), into.size(), &got) == 1) return got;
  const int why = SSL_get_error(ssl_, 0);
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return std::size_t{0};
  ERR_clear_error();
  return closed();
}

Result<std::size_t> Connection::write_some(std::span<const char> bytes) {
  if (ssl_ == nullptr) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (would_block(errno)) return std::size_t{0};
    return closed();
  }
  const NoBrokenPipe guard;
  ERR_clear_error();
  std::size_t sent = 0;
  if (SSL_write_ex(ssl_, bytes.data(), bytes.size(), &sent) == 1) return sent;
  const int why = SSL_get_error(ssl_, 0);
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return std::size_t{0};
  ERR_clear_error();
  return closed();
}

Result<void> Connection::send(const std::string& bytes) {
  if (unsent_.size() + bytes.size() > kMaxUnsent)
    return make_error(ErrorCode::full, "the source does not take our requests");
  unsent_ += bytes;
  while (open_ && !unsent_.empty()) {
    XUNJIE_TRY(sent, write_some(unsent_));
    if (sent == 0) break;
    unsent_.erase(0, sent);
  }
  return {};
}

}  // namespace xunjie::watch::receive
