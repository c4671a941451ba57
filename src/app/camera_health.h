// The latest health of every camera, in memory: after a restart a camera is unknown until the
// watcher speaks of it again. Changes of state are also written to the store (kind
// "camera_health"), which is how the live stream hears of them without being flooded. Thread-safe.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "app/health_history.h"
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
  // True for the newest picture and the few before it, which a screen may still be about to fetch.
  [[nodiscard]] bool was_last_picture(const domain::CameraId& camera,
                                      const domain::BlobId& picture) const;
  // Every picture was_last_picture() is true for.
  [[nodiscard]] std::set<domain::BlobId> pictures() const;
  [[nodiscard]] const HealthHistory& history() const { return history_; }

 private:
  static constexpr std::size_t kPicturesKept = 8;
  void remember_picture(const ports::CameraHealth& health);

  ports::Store& store_;
  HealthHistory history_;
  mutable std::mutex mutex_;
  std::map<domain::CameraId, ports::CameraHealth> latest_;
  std::map<domain::CameraId, std::deque<domain::BlobId>> pictures_;
  struct Persisted {
    std::optional<ports::CameraState> state;
    UtcMicros at;
  };
  std::map<domain::CameraId, Persisted> persisted_;
};

}  // namespace xunjie::app
