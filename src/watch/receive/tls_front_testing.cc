#include "watch/receive/tls_front_testing.h"

#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include <openssl/x509v3.h>

#include "base/check.h"

namespace xunjie::watch::receive {
namespace {

EVP_PKEY* new_key() {
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr);
  EVP_PKEY* key = nullptr;
  EVP_PKEY_keygen_init(context);
  EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1);
  EVP_PKEY_keygen(context, &key);
  EVP_PKEY_CTX_free(context);
  return key;
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509* new_certificate(EVP_PKEY* key, const std::string& address) {
  X509* out = X509_new();
  X509_set_version(out, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(out), 1);
  X509_gmtime_adj(X509_getm_notBefore(out), -3600);
  X509_gmtime_adj(X509_getm_notAfter(out), 3600);
  X509_set_pubkey(out, key);
  const std::array<unsigned char, 5> name{'t', 'e', 's', 't', 0};
  X509_NAME_add_entry_by_txt(X509_get_subject_name(out), "CN", MBSTRING_ASC, name.data(), 4, -1, 0);
  X509_set_issuer_name(out, X509_get_subject_name(out));
  add_extension(out, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(out, NID_subject_alt_name, "IP:" + address);
  X509_sign(out, key, EVP_sha256());
  return out;
}

bool write_all(SSL* ssl, const char* bytes, int size) {
  return SSL_write(ssl, bytes, size) == size;
}

}  // namespace

struct TlsFront::Keys {
  explicit Keys(const std::string& address)
      : key(new_key()),
        certificate(new_certificate(key, address)),
        context(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
  }
  ~Keys() {
    SSL_CTX_free(context);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;
  EVP_PKEY* key;
  X509* certificate;
  SSL_CTX* context;
};

TlsFront::TlsFront(int behind, const std::string& address)
    : keys_(std::make_unique<Keys>(address)), behind_(behind) {
  socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in local{};
  local.sin_family = AF_INET;
  local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof local;
  const int bound = ::bind(socket_, reinterpret_cast<sockaddr*>(&local), size);
  XUNJIE_CHECK(bound == 0);
  ::listen(socket_, 16);
  ::getsockname(socket_, reinterpret_cast<sockaddr*>(&local), &size);
  port_ = ntohs(local.sin_port);
  root_file_ =
      (std::filesystem::temp_directory_path() /
       ("xunjie-root-" + std::to_string(::getpid()) + "-" + std::to_string(port_) + ".pem"))
          .string();
  std::FILE* file = std::fopen(root_file_.c_str(), "w");
  PEM_write_X509(file, keys_->certificate);
  std::fclose(file);
  thread_ = std::thread([this] { accept(); });
}

TlsFront::~TlsFront() {
  stop_ = true;
  ::shutdown(socket_, SHUT_RDWR);
  thread_.join();
  for (auto& caller : callers_) caller.join();
  ::close(socket_);
  std::filesystem::remove(root_file_);
}

void TlsFront::accept() {
  // OpenSSL writes without MSG_NOSIGNAL, and callers hang up whenever they like; the threads that
  // serve them inherit this.
  sigset_t pipe{};
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  while (!stop_) {
    const int caller = ::accept(socket_, nullptr, nullptr);
    if (caller < 0) return;
    callers_.emplace_back([this, caller] { pass_on(caller); });
  }
}

void TlsFront::pass_on(int caller) {
  SSL* ssl = SSL_new(keys_->context);
  SSL_set_fd(ssl, caller);
  const int behind = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(behind_));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bool going = SSL_accept(ssl) == 1 &&
               ::connect(behind, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  std::array<char, 8192> bytes{};
  while (going && !stop_) {
    std::array<pollfd, 2> sockets{pollfd{caller, POLLIN, 0}, pollfd{behind, POLLIN, 0}};
    if (SSL_pending(ssl) == 0 && ::poll(sockets.data(), 2, 50) <= 0) continue;
    if (SSL_pending(ssl) > 0 || sockets[0].revents != 0) {
      const int got = SSL_read(ssl, bytes.data(), static_cast<int>(bytes.size()));
      going = got > 0 &&
              ::send(behind, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
    }
    if (going && sockets[1].revents != 0) {
      const auto got = ::recv(behind, bytes.data(), bytes.size(), 0);
      going = got > 0 && write_all(ssl, bytes.data(), static_cast<int>(got));
    }
  }
  SSL_free(ssl);
  ::close(behind);
  ::close(caller);
}

}  // namespace xunjie::watch::receive
