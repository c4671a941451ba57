// HTTP as the rest of the program sees it: a request in, a response out, nothing of Beast or Asio.
//
// The engine (http_server.h) owns sockets, parsing, timeouts and limits on one I/O thread. It hands
// each complete request to an Application on a bounded pool of workers, so an Application may block
// on the store or burn CPU on a password without holding up other connections; when the pool's
// queue is full the engine itself answers 503. The live stream is the one response that does not
// end: the Application gives a function that receives a StreamSink once the headers are out.
//
// What may not live here: decisions about cases (app), SQL, anything of a gateway's protocol.
// Routes read the path, ask the app, and turn its Result into a response; the one table from
// ErrorCode to status is problem.cc.
//
// TLS is not spoken here: in production a proxy in front terminates it and forwards to loopback.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace xunjie::http {

enum class Method { get, head, post, put, delete_, other };
std::string_view name_of(Method method);

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct Request {
  Method method = Method::get;
  std::string target;  // as sent: path and query, percent-encoded
  std::string path;    // without the query, still percent-encoded
  std::string query;   // without '?'
  HeaderList headers;  // in the order sent
  std::string body;
  std::string remote_address;  // of the client, without a port

  // First header of that name (compared without case), nullptr when absent.
  [[nodiscard]] const std::string* header(std::string_view name) const;
};

// Where the frames of an endless response go. Thread-safe; never blocks.
class StreamSink {
 public:
  virtual ~StreamSink() = default;
  // False when the client is gone or too slow (its queue is full); the stream is then over.
  virtual bool push(std::shared_ptr<const std::string> frame) = 0;
  virtual void close() = 0;
};

struct Response {
  int status = 200;
  HeaderList headers;
  std::string body;
  std::shared_ptr<const std::string> shared_body;  // instead of body, for bytes many answers share
  std::function<void(std::shared_ptr<StreamSink>)> stream;  // instead of a body

  // For the log alone, never sent.
  std::string route;  // the pattern that matched: addresses may hold secrets
  std::string log_detail;

  [[nodiscard]] std::string_view content() const {
    return shared_body ? std::string_view(*shared_body) : std::string_view(body);
  }
  Response& with(std::string name, std::string value) & {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  Response&& with(std::string name, std::string value) && {
    headers.emplace_back(std::move(name), std::move(value));
    return std::move(*this);
  }
};

Response json_response(std::string body, int status = 200);

// What the engine serves. Both functions are called from many threads at once and do not throw; an
// exception that escapes all the same becomes 500.
class Application {
 public:
  virtual ~Application() = default;
  // How many body bytes a request may bring; asked once the header is read.
  [[nodiscard]] virtual std::size_t body_max(Method method, std::string_view path) const = 0;
  virtual Response handle(const Request& request) = 0;
  // An answer the engine gives itself (bad syntax, too large, overloaded, timeout).
  virtual Response refuse(int status, std::string_view why) = 0;
};

}  // namespace xunjie::http
