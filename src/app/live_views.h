// Live views of cameras: who may, and for how long they still may. Thread-safe.
//
// Bounds: kViewersMax at once over all cameras; per camera and per viewer see watch and http.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "app/principal.h"
#include "base/result.h"
#include "ports/clock.h"
#include "ports/live_video.h"

namespace xunjie::app {

class CameraActs;
class Registry;

class LiveViews {
 public:
  static constexpr int kViewersMax = 32;
  static constexpr Micros kAskEvery = seconds(5);  // whether the viewer still may

  LiveViews(const ports::Clock& clock, const Registry& registry, CameraActs& acts)
      : clock_(clock), registry_(registry), acts_(acts) {}

  // Null until the watcher runs, and again when it stops.
  void attach(ports::LiveVideo* video) { video_ = video; }

  // The codec for the player. Logged as an act. Errors: forbidden, not_found, not_allowed_in_state
  // (with the reason for people), unavailable.
  Result<std::string> open(const Principal& viewer, const std::string& camera);
  // After open(), and quick: the film goes into `sink` until it refuses or `still_allowed` says no.
  // Failing closes the sink.
  void start(const std::string& camera, std::shared_ptr<ports::VideoSink> sink,
             std::function<bool()> still_allowed);
  // Whether the viewer may still look: the camera is there and in reach.
  [[nodiscard]] bool may(const Principal& viewer, const std::string& camera) const;
  [[nodiscard]] int viewers() const { return *viewers_; }

 private:
  Result<std::string> codec_for(const Principal& viewer, const std::string& camera) const;

  const ports::Clock& clock_;
  const Registry& registry_;
  CameraActs& acts_;
  std::atomic<ports::LiveVideo*> video_{nullptr};
  // Shared with the sinks, which may outlive this.
  std::shared_ptr<std::atomic<int>> viewers_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace xunjie::app
