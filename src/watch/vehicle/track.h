// Where the car was, and which way it looked, at any moment of the camera's clock.
//
// Between fixes the smoothed states are joined by a cubic that keeps their velocities. Where fixes
// are further apart than `gap` (a tunnel, a lost receiver), before the first and after the last one
// there is no pose: "position unknown" is an answer, a guess is not. Heading is the course over
// ground; below the floor speed, where a course is noise, it is the one before the stop if the one
// after the stop agrees, and unknown otherwise (somebody turned the car there).
//
// Pure and immutable; may be read from any thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "watch/vehicle/track_filter.h"

namespace xunjie::watch::vehicle {

struct TrackOptions {
  FilterOptions filter;
  Micros gap = seconds(5);
  Micros clock_offset;  // camera clock minus receiver clock
  double heading_floor_mps = 1.5;
  double heading_held_deg = 20;  // before and after a stop agree within this
};

struct Pose {
  UtcMicros at;  // camera clock
  Metres2 position;
  std::optional<double> heading_deg;
  double heading_error_deg = 0;
  double speed_mps = 0;
  double error_m = 0;      // one standard deviation per axis of the position, drift included
  double travelled_m = 0;  // along the way since the track's first fix; standing still adds nothing
};

struct TrackFacts {
  std::size_t fixes = 0;  // used
  std::uint64_t out_of_order = 0, outliers = 0;
  std::size_t gaps = 0;
};

class Track {
 public:
  // Takes fixes in any state: those not later than the one before are left out and counted.
  Track(std::span<const Fix> fixes, const Plane& plane, const TrackOptions& options);

  [[nodiscard]] std::optional<Pose> pose_at(UtcMicros camera_time) const;
  // Camera times of the first and last pose.
  [[nodiscard]] std::optional<UtcMicros> begins() const;
  [[nodiscard]] std::optional<UtcMicros> ends() const;
  [[nodiscard]] const TrackFacts& facts() const { return facts_; }

 private:
  struct Node {
    Smoothed state;
    double travelled_m = 0;
    std::optional<double> heading_deg;
    double heading_error_deg = 0;
    bool joined = false;  // to the node before it
  };
  void append(const std::vector<Smoothed>& part);
  void set_headings(std::size_t first, std::size_t end);
  [[nodiscard]] Pose between(const Node& a, const Node& b, UtcMicros receiver_time) const;

  TrackOptions options_;
  std::vector<Node> nodes_;
  TrackFacts facts_;
};

}  // namespace xunjie::watch::vehicle
