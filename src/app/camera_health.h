// The latest health of every camera: all of it in memory, the changes of state in the store (kind
// "camera_health"), so that a restart knows what was wrong and the live stream is not flooded.
// Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "ports/store.h"
#include "ports/watching.h"

namespace xunjie::app {

class CameraHealthBook {
 public:
  explicit CameraHealthBook(ports::Store& store);
  // Best effort: a store that is away loses at most the persisted copy of a state change.
  void record(const ports::CameraHealth& health);
  [[nodiscard]] std::optional<ports::CameraHealth> find(const domain::CameraId& camera) const;

 private:
  ports::Store& store_;
  mutable std::mutex mutex_;
  std::map<domain::CameraId, ports::CameraHealth> latest_;
  std::map<domain::CameraId, UtcMicros> persisted_at_;
};

}  // namespace xunjie::app
