// What a live camera says of itself: its state with the reason, and its last picture.
//
// What is noted is told by tell(), which waits for the store and the sink and is therefore called
// with no lock of the camera held. Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "watch/bytes.h"
#include "watch/health.h"
#include "watch/live_shared.h"

namespace xunjie::watch {

class HealthTeller {
 public:
  HealthTeller(domain::CameraId camera, const Shared& shared)
      : camera_(std::move(camera)), shared_(shared) {}

  // After every look; `thumbnail` is made when it is time for a new picture.
  void looked(const Verdict& verdict, UtcMicros at, const std::function<Bytes()>& thumbnail);
  // Known without a look, and true at once.
  void say(ports::CameraState state, const std::string& message, UtcMicros at);
  // Repeats the state when it was not told for long.
  void keep(UtcMicros now);
  [[nodiscard]] std::optional<ports::CameraState> state() const;

  // Tells what was noted since; `period_s`: between two judgements, as now in force.
  void tell(double period_s);

 private:
  const domain::CameraId camera_;
  const Shared shared_;
  mutable std::mutex mutex_;
  HealthTrack track_;
  std::string message_;
  std::optional<UtcMicros> due_;  // to be told, as of then
  UtcMicros told_, pictured_;
  Bytes thumbnail_;
  std::optional<domain::BlobId> last_picture_;
  UtcMicros last_picture_at_;
};

}  // namespace xunjie::watch
