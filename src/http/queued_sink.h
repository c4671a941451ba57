// The engine's side of a live stream. Shows Asio, so http_server.cc alone includes it.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio.hpp>

#include "http/http.h"

namespace xunjie::http {

namespace asio = boost::asio;

// The frames waiting for one client. push() and close() from any thread; next() and detach() on the
// I/O thread. Whoever pushes may hold a sink longer than the engine lives: the connection detaches
// it on its way out, and from then on it touches nothing of Asio's.
class QueuedSink final : public StreamSink, public std::enable_shared_from_this<QueuedSink> {
 public:
  QueuedSink(asio::io_context& io, std::size_t frames_max, std::size_t bytes_max)
      : io_(&io), wake_(std::in_place, io), frames_max_(frames_max), bytes_max_(bytes_max) {}

  bool push(std::shared_ptr<const std::string> frame) override {
    const std::lock_guard lock(mutex_);
    if (over_) return false;
    if (frames_.size() >= frames_max_ || bytes_ + frame->size() > bytes_max_) {
      over_ = true;
      frames_.clear();
    } else {
      bytes_ += frame->size();
      frames_.push_back(std::move(frame));
    }
    signal();
    return !over_;
  }

  void close() override {
    const std::lock_guard lock(mutex_);
    over_ = true;
    signal();
  }

  // Ends the stream for good.
  void detach() {
    const std::lock_guard lock(mutex_);
    over_ = true;
    frames_.clear();
    io_ = nullptr;
    wake_.reset();
  }

  // Empty when the stream is over; otherwise waits for something to send.
  asio::awaitable<std::string> next() {
    while (true) {
      std::string batch;
      {
        const std::lock_guard lock(mutex_);
        for (const auto& frame : frames_) batch += *frame;
        frames_.clear();
        bytes_ = 0;
        signalled_ = false;
        if (!batch.empty() || over_) co_return batch;
        wake_->expires_at(asio::steady_timer::time_point::max());
      }
      co_await wake_->async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }

 private:
  void signal() {  // with mutex_ held
    if (signalled_ || io_ == nullptr) return;
    signalled_ = true;
    asio::post(*io_, [self = shared_from_this()] {
      if (self->wake_) self->wake_->cancel();
    });
  }

  asio::io_context* io_;                    // null once detached
  std::optional<asio::steady_timer> wake_;  // empty once detached
  const std::size_t frames_max_, bytes_max_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<const std::string>> frames_;
  std::size_t bytes_ = 0;
  bool over_ = false, signalled_ = false;
};

}  // namespace xunjie::http
