// The receiving half of CameraRun: connection, ring, and handing looks to the judges.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "watch/camera_run.h"

namespace xunjie::watch {
namespace {

// A recorded file as a source is read at its own speed, over and over.
bool is_file(const std::string& url) {
  return url.find("://") == std::string::npos || url.rfind("file://", 0) == 0;
}

Micros jittered(Micros span) {
  static thread_local std::minstd_rand random(std::random_device{}());
  return Micros{span.count / 2 + static_cast<std::int64_t>(
                                     random() % static_cast<unsigned long>(span.count / 2 + 1))};
}

}  // namespace

bool CameraRun::pause(Micros span) {
  std::unique_lock lock(pause_mutex_);
  pause_.wait_for(lock, std::chrono::microseconds(span.count), [this] { return stop_.load(); });
  return !stop_;
}

void CameraRun::receive() {
  Micros retry = shared_.options.first_retry;
  while (!stop_) {
    const UtcMicros begun = shared_.time.now();
    auto capture = Capture::open(camera_.source, {}, stop_);
    if (capture.ok()) {
      receive_from(**capture);
    } else if (!stop_) {
      spdlog::warn("watch: camera {}: {}", camera_.id.value, capture.error().message);
      lose("连不上视频源，正在重试");
    }
    // A connection that held for a while was sound: start over with short pauses.
    if (shared_.time.now() - begun > shared_.options.last_retry)
      retry = shared_.options.first_retry;
    if (!pause(jittered(retry))) return;
    retry = std::min(retry * 2, shared_.options.last_retry);
  }
}

void CameraRun::receive_from(Capture& capture) {
  ring_.clear();
  live_.close();
  {
    const std::lock_guard lock(clock_mutex_);
    ++opening_;
    job_.reset();
  }
  const bool file = is_file(camera_.source);
  const UtcMicros begun = shared_.time.now();
  while (!stop_) {
    auto read = capture.read();
    if (!read.ok() || !*read) {
      if (stop_) return;
      if (!file) {
        spdlog::warn("watch: camera {}: {}", camera_.id.value,
                     read.ok() ? "stream ended" : read.error().message);
        lose("视频中断，正在重连");
      }
      return;
    }
    Packet packet = std::move(**read);
    if (file) {
      const Micros early = (begun + packet.media) - shared_.time.now();
      if (early > Micros{} && !pause(early)) return;
    }
    packet.at = shared_.time.now();
    take(std::move(packet), capture.stream());
  }
}

Result<void> CameraRun::may_show_live() const {
  const auto masked = [](const ports::Zone& zone) {
    return zone.kind == ports::ZoneKind::privacy_mask;
  };
  if (std::none_of(camera_.zones.begin(), camera_.zones.end(), masked)) return {};
  return make_error(ErrorCode::not_allowed_in_state,
                    "探头画有隐私遮挡，直播会露出被遮的地方，因此不提供；可看最近画面");
}

Result<std::string> CameraRun::live_codec() {
  XUNJIE_TRY_VOID(may_show_live());
  return live_.codec(ring_);
}

Result<void> CameraRun::join_live(std::shared_ptr<ports::VideoSink> sink) {
  XUNJIE_TRY_VOID(may_show_live());
  return live_.join(std::move(sink));
}

void CameraRun::take(Packet packet, const StreamInfo& stream) {
  ring_.push(packet);
  live_.push(packet, stream, ring_);
  {
    const std::lock_guard lock(clock_mutex_);
    clock_.stretch(shared_.pool.stretch());
    if (!clock_.due(packet)) return;
    job_ = Job{std::move(packet), stream, opening_};
  }
  shared_.pool.submit(shared_from_this());
}

void CameraRun::lose(const std::string& message) {
  live_.close();
  std::optional<ports::CameraHealth> report;
  {
    const std::lock_guard lock(judging_);
    const UtcMicros now = shared_.time.now();
    if (const auto change = health_.lost(message, now)) {
      health_message_ = message;
      report = health_report(change->state, message, now);
    }
  }
  send(std::move(report), {}, {});
}

}  // namespace xunjie::watch
