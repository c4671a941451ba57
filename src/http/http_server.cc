#include "http/http_server.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "http/queued_sink.h"
#include "http/worker_pool.h"

namespace xunjie::http {
namespace {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

constexpr auto kQuiet = asio::as_tuple(use_awaitable);  // errors as values
constexpr std::size_t kLingerBytesMax = 64u << 20;
constexpr std::chrono::seconds kLinger{3};
constexpr std::chrono::milliseconds kAcceptPause{100};

Method method_of(bhttp::verb verb) {
  switch (verb) {
    case bhttp::verb::get:
      return Method::get;
    case bhttp::verb::head:
      return Method::head;
    case bhttp::verb::post:
      return Method::post;
    case bhttp::verb::put:
      return Method::put;
    case bhttp::verb::delete_:
      return Method::delete_;
    default:
      return Method::other;
  }
}

class BeastServer;

class Connection {
 public:
  Connection(BeastServer& server, tcp::socket socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  awaitable<void> run(bool refused);
  // On the I/O thread: ends what waits; what is being answered ends after its answer.
  void drain();

 private:
  using Parser = bhttp::request_parser<bhttp::string_body>;
  awaitable<bool> serve_one();
  awaitable<bool> read_body(Parser& parser);
  awaitable<bool> answer_and_close(Method method, Response response);
  awaitable<bool> write(Method method, const Response& response, bool keep_alive);
  awaitable<void> stream(const Response& response);
  awaitable<void> linger();
  Request request_of(Parser& parser) const;

  BeastServer& server_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::string remote_;
  bool idle_ = false;
  std::size_t body_bytes_ = 0;
  std::shared_ptr<QueuedSink> sink_;
};

class BeastServer final : public Server {
 public:
  explicit BeastServer(const ServerOptions& options)
      : options_(options), acceptor_(io_), pool_(options.workers, options.queue_max) {}
  ~BeastServer() override { stop(); }

  Result<void> bind();
  [[nodiscard]] std::uint16_t port() const override { return port_; }
  void start(Application& application) override;
  void stop() override;
  [[nodiscard]] std::size_t connections() const override { return open_.load(); }
  [[nodiscard]] std::size_t waiting() const override { return pool_.queued(); }

 private:
  friend class Connection;
  awaitable<void> accept();
  awaitable<void> hold(tcp::socket socket, bool refused);
  awaitable<Response> dispatch(std::shared_ptr<const Request> request);
  Response handle_safely(const Request& request);
  void connection_ended(Connection* connection);

  const ServerOptions options_;
  Application* application_ = nullptr;  // set before anything runs
  std::uint16_t port_ = 0;
  bool stopping_ = false;       // on the I/O thread
  std::size_t bodies_ = 0;      // bytes of bodies held; on the I/O thread
  std::set<Connection*> live_;  // on the I/O thread
  std::atomic<std::size_t> open_{0};
  std::mutex drained_mutex_;
  std::condition_variable drained_;
  // From here on in the order of need: what waits in io_ touches all of the above when it is
  // destroyed.
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  std::thread io_thread_;
  WorkerPool pool_;  // its jobs post into io_
};

// --- Connection ---------------------------------------------------------------------------------

Connection::Connection(BeastServer& server, tcp::socket socket)
    : server_(server),
      stream_(std::move(socket)),
      buffer_(server.options_.header_max + (64u << 10)) {
  beast::error_code ignored;
  const auto endpoint = stream_.socket().remote_endpoint(ignored);
  remote_ = endpoint.address().to_string();
  stream_.socket().set_option(tcp::no_delay(true), ignored);
  server_.live_.insert(this);
  server_.open_.fetch_add(1);
}

Connection::~Connection() {
  if (sink_) sink_->detach();
  server_.bodies_ -= body_bytes_;
  server_.connection_ended(this);
}

void Connection::drain() {
  if (sink_) sink_->close();
  if (idle_) stream_.cancel();
}

awaitable<void> Connection::run(bool refused) {
  if (refused) {
    stream_.expires_after(kLinger);
    co_await answer_and_close(Method::get,
                              server_.application_->refuse(503, "连接数已达上限，请稍后重试"));
  } else {
    while (co_await serve_one()) {
    }
  }
  beast::error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

awaitable<bool> Connection::serve_one() {
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(server_.options_.header_max));
  parser.body_limit(boost::none);  // known once the header says what is asked for
  stream_.expires_after(std::chrono::seconds(server_.options_.idle_s));
  idle_ = true;
  if (server_.stopping_) co_return false;
  const auto [error, count] = co_await bhttp::async_read_header(stream_, buffer_, parser, kQuiet);
  idle_ = false;
  if (error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow) {
    co_return co_await answer_and_close(Method::get,
                                        server_.application_->refuse(431, "请求头超过上限"));
  }
  if (error.category() == bhttp::make_error_code(bhttp::error::bad_method).category() &&
      error != bhttp::error::end_of_stream && error != bhttp::error::partial_message) {
    co_return co_await answer_and_close(Method::get,
                                        server_.application_->refuse(400, "请求不符合 HTTP 格式"));
  }
  if (error) co_return false;

  const bool body_read = co_await read_body(parser);
  if (!body_read) co_return false;
  auto request = std::make_shared<const Request>(request_of(parser));
  const Method method = request->method;
  const bool keep_alive = parser.get().keep_alive();
  Response response = co_await server_.dispatch(std::move(request));
  server_.bodies_ -= std::exchange(body_bytes_, 0);
  if (response.stream && method != Method::head) {
    co_await stream(response);
    co_return false;
  }
  co_return co_await write(method, response, keep_alive && !server_.stopping_);
}

// False when the connection is over (and whatever was to be said has been said).
awaitable<bool> Connection::read_body(Parser& parser) {
  const auto& head = parser.get();
  const Method method = method_of(head.method());
  const std::string_view target(head.target().data(), head.target().size());
  const std::size_t body_max =
      server_.application_->body_max(method, target.substr(0, target.find('?')));
  if (parser.content_length() && *parser.content_length() > body_max) {
    co_return co_await answer_and_close(
        method, server_.application_->refuse(
                    413, "请求正文超过上限 " + std::to_string(body_max) + " 字节"));
  }
  if (parser.is_done()) co_return true;
  body_bytes_ =
      parser.content_length() ? static_cast<std::size_t>(*parser.content_length()) : body_max;
  server_.bodies_ += body_bytes_;
  if (server_.bodies_ > server_.options_.bodies_max) {
    co_return co_await answer_and_close(method,
                                        server_.application_->refuse(503, "上传过多，请稍后重试"));
  }
  parser.body_limit(body_max);
  stream_.expires_after(std::chrono::seconds(server_.options_.body_s));
  if (beast::iequals(head[bhttp::field::expect], "100-continue")) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto [failed, written] =
        co_await asio::async_write(stream_, asio::buffer(kContinue), kQuiet);
    if (failed) co_return false;
  }
  const auto [error, count] = co_await bhttp::async_read(stream_, buffer_, parser, kQuiet);
  if (error == bhttp::error::body_limit) {
    co_return co_await answer_and_close(
        method, server_.application_->refuse(
                    413, "请求正文超过上限 " + std::to_string(body_max) + " 字节"));
  }
  if (error == beast::error::timeout) {
    stream_.expires_after(kLinger);
    co_return co_await answer_and_close(method,
                                        server_.application_->refuse(408, "等待请求正文超时"));
  }
  co_return !error;
}

Request Connection::request_of(Parser& parser) const {
  auto& message = parser.get();
  Request request;
  request.method = method_of(message.method());
  request.target = std::string(message.target());
  const auto question = request.target.find('?');
  request.path = request.target.substr(0, question);
  if (question != std::string::npos) request.query = request.target.substr(question + 1);
  for (const auto& field : message) {
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  request.body = std::move(message.body());
  request.remote_address = remote_;
  return request;
}

awaitable<bool> Connection::answer_and_close(Method method, Response response) {
  co_await write(method, response, false);
  co_await linger();
  co_return false;
}

awaitable<bool> Connection::write(Method method, const Response& response, bool keep_alive) {
  stream_.expires_after(std::chrono::seconds(server_.options_.write_s));
  const std::string_view content = response.content();
  bhttp::response<bhttp::span_body<const char>> message;
  message.version(11);
  message.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers) message.insert(name, value);
  message.keep_alive(keep_alive);
  const bool bodyless = response.status == 204 || response.status == 304;
  if (!bodyless) message.content_length(content.size());
  if (method != Method::head && !bodyless) {
    message.body() = beast::span<const char>(content.data(), content.size());
    const auto [error, count] = co_await bhttp::async_write(stream_, message, kQuiet);
    co_return !error && keep_alive;
  }
  bhttp::response_serializer<bhttp::span_body<const char>> head(message);
  const auto [error, count] = co_await bhttp::async_write_header(stream_, head, kQuiet);
  co_return !error && keep_alive;
}

awaitable<void> Connection::stream(const Response& response) {
  std::string head = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
  for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
  head += "\r\n";
  stream_.expires_after(std::chrono::seconds(server_.options_.write_s));
  const auto [failed, written] = co_await asio::async_write(stream_, asio::buffer(head), kQuiet);
  if (failed || server_.stopping_) co_return;
  sink_ = std::make_shared<QueuedSink>(server_.io_, server_.options_.stream_frames_max,
                                       server_.options_.stream_bytes_max);
  response.stream(sink_);
  while (true) {
    const std::string batch = co_await sink_->next();
    if (batch.empty()) break;
    stream_.expires_after(std::chrono::seconds(server_.options_.write_s));
    const auto [error, count] = co_await asio::async_write(stream_, asio::buffer(batch), kQuiet);
    if (error) break;
  }
  sink_->detach();
}

// A client that is still sending would lose our answer to a reset if we just closed.
awaitable<void> Connection::linger() {
  beast::error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kLinger);
  std::array<char, 16384> scrap{};
  std::size_t total = 0;
  while (total < kLingerBytesMax) {
    const auto [error, count] = co_await stream_.async_read_some(asio::buffer(scrap), kQuiet);
    if (error) co_return;
    total += count;
  }
}

// --- BeastServer --------------------------------------------------------------------------------

Result<void> BeastServer::bind() {
  beast::error_code error;
  const auto address = asio::ip::make_address(options_.host, error);
  if (error) {
    return make_error(ErrorCode::invalid_argument, options_.host + " 不是 IP 地址", "listen");
  }
  const tcp::endpoint endpoint(address, options_.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return make_error(
        ErrorCode::unavailable,
        "无法监听 " + options_.host + ":" + std::to_string(options_.port) + ":" + error.message(),
        "listen");
  }
  port_ = acceptor_.local_endpoint().port();
  return {};
}

void BeastServer::start(Application& application) {
  application_ = &application;
  asio::co_spawn(io_, accept(), asio::detached);
  io_thread_ = std::thread([this] { io_.run(); });
}

void BeastServer::stop() {
  if (io_thread_.joinable()) {
    asio::post(io_, [this] {
      stopping_ = true;
      beast::error_code ignored;
      acceptor_.close(ignored);
      for (Connection* connection : live_) connection->drain();
    });
    {
      std::unique_lock lock(drained_mutex_);
      drained_.wait_for(lock, std::chrono::seconds(options_.drain_s),
                        [this] { return open_ == 0; });
    }
    io_.stop();
    io_thread_.join();
  }
  pool_.stop();
}

awaitable<void> BeastServer::accept() {
  asio::steady_timer pause(io_);
  while (!stopping_) {
    tcp::socket socket(io_);
    const auto [error] = co_await acceptor_.async_accept(socket, kQuiet);
    if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor) co_return;
    if (error) {  // out of descriptors, or the client left again: others must not starve
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(kQuiet);
      continue;
    }
    const bool refused = open_.load() >= options_.connections_max;
    if (open_.load() >= options_.connections_max + 64) continue;  // not even words left
    asio::co_spawn(io_, hold(std::move(socket), refused), asio::detached);
  }
}

awaitable<void> BeastServer::hold(tcp::socket socket, bool refused) {
  Connection connection(*this, std::move(socket));
  co_await connection.run(refused);
}

void BeastServer::connection_ended(Connection* connection) {
  live_.erase(connection);
  {
    const std::lock_guard lock(drained_mutex_);
    open_.fetch_sub(1);
  }
  drained_.notify_all();
}

Response BeastServer::handle_safely(const Request& request) {
  try {
    return application_->handle(request);
  } catch (const std::exception& fault) {
    Response response = application_->refuse(500, "内部错误");
    response.log_detail = fault.what();
    return response;
  }
}

awaitable<Response> BeastServer::dispatch(std::shared_ptr<const Request> request) {
  auto initiate = [this](auto handler, const std::shared_ptr<const Request>& asked) {
    auto done = std::make_shared<decltype(handler)>(std::move(handler));
    auto finish = [this, done](Response response) {
      asio::post(io_, [done, answer = std::move(response)]() mutable {
        std::move (*done)(std::move(answer));
      });
    };
    const bool taken = pool_.submit([this, asked, finish] { finish(handle_safely(*asked)); });
    if (!taken) finish(application_->refuse(503, "服务繁忙，请稍后重试"));
  };
  co_return co_await asio::async_initiate<decltype(use_awaitable), void(Response)>(
      initiate, use_awaitable, std::move(request));
}

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(const ServerOptions& options) {
  auto server = std::make_unique<BeastServer>(options);
  XUNJIE_TRY_VOID(server->bind());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace xunjie::http
