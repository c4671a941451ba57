// Packets of the first video stream of anything libavformat opens: RTSP (over TCP), MPEG-TS over
// tcp://, a file. Nothing is decoded here.
//
// Blocking calls end after their timeout or within about 100 ms of `stop` becoming true. The URL
// may hold credentials: error messages show shown_url() only.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "watch/media.h"

struct AVFormatContext;

namespace xunjie::watch {

// The URL without user, password and query.
std::string shown_url(const std::string& url);

struct CaptureOptions {
  Micros open_timeout = seconds(10);
  Micros read_timeout = seconds(8);
};

class Capture {
 public:
  // Errors: unavailable (cannot open, no video), timeout, invalid_argument (protocol not allowed).
  static Result<std::unique_ptr<Capture>> open(const std::string& url,
                                               const CaptureOptions& options,
                                               const std::atomic<bool>& stop);
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  [[nodiscard]] const StreamInfo& stream() const { return stream_; }
  // The next packet; nullopt at the end of a file. `at` is left for the caller to set.
  // Errors: unavailable (connection lost, damaged beyond reading), timeout.
  Result<std::optional<Packet>> read();

 private:
  Capture(const CaptureOptions& options, const std::atomic<bool>& stop);
  static int interrupted(void* self);
  void allow(Micros span);
  Result<void> open_stream(const std::string& url);
  Packet take(std::shared_ptr<AVPacket> packet);

  CaptureOptions options_;
  const std::atomic<bool>& stop_;
  std::chrono::steady_clock::time_point deadline_;
  AVFormatContext* format_ = nullptr;
  StreamInfo stream_;
  int index_ = -1;
  std::uint64_t number_ = 0;
  std::optional<std::int64_t> first_;  // microseconds
  std::int64_t last_ = 0;
};

}  // namespace xunjie::watch
