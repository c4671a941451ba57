// What state a camera was in, since when, and how often it was looked at meanwhile. Kept for 90
// days and at most 512 changes per camera; the newest go on, the oldest go first.
//
// The watcher's word is written when the state changes and every ten minutes while it lasts, so a
// time in which nobody watched shows as a gap, not as the state before it. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "app/entity_ring.h"
#include "app/principal.h"
#include "base/result.h"
#include "ports/store.h"
#include "ports/watching.h"

namespace xunjie::app {

class HealthHistory {
 public:
  static constexpr int kChangesKept = 512;
  static constexpr Micros kKept = days(90);

  // A state that lasts, as far as it has been heard of.
  struct Span {
    ports::CameraState state = ports::CameraState::ok;
    std::string message;
    UtcMicros from, heard, written;
    double period_min_s = 0, period_max_s = 0;  // 0: not known yet
    bool stored = false;
  };

  explicit HealthHistory(ports::Store& store) : ring_(store, "camera_history", kChangesKept) {}

  // Best effort: what the store refuses is written with a later report.
  void note(const ports::CameraHealth& health);
  // {"items","next_cursor","as_of","heard_at"} of `camera`; the reader's right is the caller's
  // business. Errors: invalid_argument (parameters).
  Result<std::string> page(const domain::CameraId& camera, const QueryParameters& parameters,
                           UtcMicros now) const;

 private:
  static std::string encode(const Span& span);
  std::optional<Span> lasting(const domain::CameraId& camera) const;
  void extend(Span& span, const ports::CameraHealth& health) const;

  EntityRing ring_;
  mutable std::mutex mutex_;
  std::map<domain::CameraId, Span> open_;  // the span that lasts, by camera
};

}  // namespace xunjie::app
