// The HTTP/1.1 engine: Beast on Asio coroutines, hidden in http_server.cc (compiling it is slow).
//
// One I/O thread owns every socket; `workers` threads run the Application. Everything is bounded:
//   connections        beyond connections_max a new one is answered 503 and closed
//   requests waiting   beyond queue_max the request is answered 503 with Retry-After
//   header, body       431 and 413; all bodies together at most bodies_max bytes, else 503
//   time               idle_s to send a header, body_s for the body, write_s to take the answer
//   stream             stream_frames_max and stream_bytes_max queued for one client, else it is
//   dropped
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/http.h"

namespace xunjie::http {

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: a free one
  std::size_t workers = 8;
  std::size_t queue_max = 256;
  std::size_t connections_max = 4096;
  std::size_t header_max = 16u << 10;
  std::size_t bodies_max = 256u << 20;
  std::size_t stream_frames_max = 1024;
  std::size_t stream_bytes_max = 4u << 20;
  int idle_s = 60;
  int body_s = 60;
  int write_s = 30;
  int drain_s = 10;
};

class Server {
 public:
  // Binds and listens; nothing is answered before start().
  // Errors: invalid_argument (not an address), unavailable (port taken).
  static Result<std::unique_ptr<Server>> listen(const ServerOptions& options);
  virtual ~Server() = default;  // stops

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  // `application` must outlive the server.
  virtual void start(Application& application) = 0;
  // No new connections; requests under way get up to drain_s to finish; streams are closed. Blocks.
  virtual void stop() = 0;
  // Open connections and requests waiting for a worker, for /metrics.
  [[nodiscard]] virtual std::size_t connections() const = 0;
  [[nodiscard]] virtual std::size_t waiting() const = 0;
};

}  // namespace xunjie::http
