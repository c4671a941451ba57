// A car's track while it is driven: the last minutes of it, with a way that runs on.
//
// Smoothed anew whenever fixes have come, so a place of some seconds ago is known better than one
// of just now. Fixes whose time is not the present are left out: a receiver's backlog says nothing
// about what a camera sees now, and a wrong date must not hide all true ones behind it. Bounds:
// `span` and kMostFixes. Not thread-safe.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "watch/vehicle/track.h"

namespace xunjie::watch::vehicle {

class RollingTrack {
 public:
  static constexpr std::size_t kMostFixes = 1500;

  RollingTrack(const Plane& plane, const TrackOptions& options, Micros span = minutes(2))
      : plane_(plane), options_(options), span_(span) {}

  // `now` on the camera's clock.
  void take(const std::vector<Fix>& fixes, UtcMicros now);
  // As Track::pose_at; `travelled_m` goes on where older fixes were dropped.
  [[nodiscard]] std::optional<Pose> pose_at(UtcMicros camera_time) const;
  // Camera time up to which poses may be known.
  [[nodiscard]] std::optional<UtcMicros> ends() const;
  // By how much the newest fix's time missed the present, where that was too much to use it.
  [[nodiscard]] std::optional<Micros> clock_gap() const { return clock_gap_; }

 private:
  void rebuild();

  Plane plane_;
  TrackOptions options_;
  Micros span_;
  std::deque<Fix> fixes_;
  std::optional<Track> track_;
  double base_m_ = 0;  // the way before the track's first fix
  std::optional<Micros> clock_gap_;
};

}  // namespace xunjie::watch::vehicle
