// One live camera as the watcher sees it: on a pole (camera_run.h) or on a car (vehicle/car_run.h).
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "ports/live_video.h"
#include "ports/watching.h"
#include "watch/judge_pool.h"
#include "watch/live_watcher.h"

namespace xunjie::watch {

class LiveCamera : public Judged {
 public:
  // Takes the saved memory up and starts receiving. `fresh`: forget what was saved.
  virtual void start(bool fresh) = 0;
  // Ends receiving and saves the memory. May be called again.
  virtual void stop() = 0;
  // After stop(), when it is watched no more: pictures that belong to no finding go.
  virtual void left() {}
  // Every second or so: answers that waited too long, health, saving.
  virtual void keep() = 0;

  // Errors: not_found (zone), unavailable (too many are asked).
  virtual Result<void> request_look(const ports::LookRequest& request) = 0;
  // False: no finding of this camera.
  virtual bool dismiss(const domain::FindingId& finding) = 0;
  // As ports::LiveVideo; never for a camera with privacy masks, whose video would show them.
  virtual Result<std::string> live_codec() = 0;
  virtual Result<void> join_live(std::shared_ptr<ports::VideoSink> sink) = 0;  // short: any thread

  [[nodiscard]] virtual const ports::CameraConfig& camera() const = 0;
  // Whether the last thing known is a view that does not fit the zones.
  [[nodiscard]] virtual bool misplaced() = 0;
  // Whether there is a street to learn anew.
  [[nodiscard]] virtual bool relearns() const = 0;
  // Takes the change up without an interruption; false: the camera has to start anew with it.
  virtual bool adopt(const ports::CameraConfig& changed) = 0;
  // This camera's share of the memory for undecoded packets.
  virtual void limit_ring(std::size_t bytes) = 0;
  [[nodiscard]] virtual CameraReport report() = 0;
};

}  // namespace xunjie::watch
