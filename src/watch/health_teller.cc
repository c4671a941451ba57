#include "watch/health_teller.h"

#include <utility>

namespace xunjie::watch {

void HealthTeller::looked(const Verdict& verdict, UtcMicros at,
                          const std::function<Bytes()>& thumbnail) {
  const std::lock_guard lock(mutex_);
  const auto change = track_.observe(verdict, at);
  if (change) message_ = change->message;
  const bool first = pictured_ == UtcMicros{};
  if (change || first || at - pictured_ >= shared_.options.picture_period) {
    thumbnail_ = thumbnail();
    pictured_ = at;
  }
  if (change || first) due_ = at;
}

void HealthTeller::say(ports::CameraState state, const std::string& message, UtcMicros at) {
  const std::lock_guard lock(mutex_);
  const bool reason = track_.state() == state && message_ != message;
  if (!track_.say(state, message, at) && !reason) return;
  message_ = message;
  due_ = at;
}

void HealthTeller::keep(UtcMicros now) {
  const std::lock_guard lock(mutex_);
  if (track_.state() && now - told_ >= shared_.options.health_period) due_ = now;
}

std::optional<ports::CameraState> HealthTeller::state() const {
  const std::lock_guard lock(mutex_);
  return track_.state();
}

void HealthTeller::tell(double period_s) {
  Bytes picture;
  UtcMicros taken;
  {
    const std::lock_guard lock(mutex_);
    picture = std::exchange(thumbnail_, {});
    taken = pictured_;
  }
  if (!picture.empty()) {
    if (auto stored = shared_.blobs.put(picture); stored.ok()) {
      const std::lock_guard lock(mutex_);
      last_picture_ = *stored;
      last_picture_at_ = taken;
      if (!due_) due_ = taken;
    }
  }
  ports::CameraHealth report;
  {
    const std::lock_guard lock(mutex_);
    if (!due_ || !track_.state()) return;
    told_ = *due_;
    report.camera = camera_;
    report.state = *track_.state();
    report.message = message_;
    report.at = shared_.time.to_wall(*due_);
    report.period_s = period_s;
    report.last_picture = last_picture_;
    if (last_picture_) report.last_picture_at = shared_.time.to_wall(last_picture_at_);
    due_.reset();
  }
  shared_.sink.health(report);
}

}  // namespace xunjie::watch
