#include "watch/vehicle/track.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace xunjie::watch::vehicle {
namespace {

constexpr double kDegrees = 180 / std::numbers::pi;
constexpr double kStandingMps = 0.6;  // twice the velocity error: below it nothing is travelled
constexpr double kHeldErrorDeg = 4;

std::vector<Fix> in_order(std::span<const Fix> fixes, TrackFacts& facts) {
  std::vector<Fix> out;
  for (const Fix& fix : fixes) {
    if (out.empty() || out.back().at < fix.at) {
      out.push_back(fix);
    } else {
      ++facts.out_of_order;
    }
  }
  return out;
}

}  // namespace

Track::Track(std::span<const Fix> fixes, const Plane& plane, const TrackOptions& options)
    : options_(options) {
  const std::vector<Fix> sorted = in_order(fixes, facts_);
  for (std::size_t first = 0; first < sorted.size();) {
    std::size_t end = first + 1;
    while (end < sorted.size() && !sorted[end].after_break &&
           sorted[end].at - sorted[end - 1].at <= options.gap)
      ++end;
    const auto stretches =
        smooth(std::span(sorted).subspan(first, end - first), plane, options.filter);
    facts_.outliers += stretches.outliers;
    for (const auto& part : stretches.parts) append(part);
    first = end;
  }
  facts_.fixes = nodes_.size();
}

void Track::append(const std::vector<Smoothed>& part) {
  if (part.empty()) return;
  if (!nodes_.empty()) ++facts_.gaps;
  const std::size_t first = nodes_.size();
  for (const Smoothed& state : part) {
    Node node;
    node.state = state;
    node.travelled_m = nodes_.empty() ? 0 : nodes_.back().travelled_m;
    if (nodes_.size() > first) {
      const Smoothed& last = nodes_.back().state;
      const double dt = (state.at - last.at).seconds();
      // Outliers left out may leave a hole of their own.
      node.joined = dt <= options_.gap.seconds();
      const double speed = (length(last.velocity) + length(state.velocity)) / 2;
      if (speed > kStandingMps) node.travelled_m += speed * dt;
    }
    nodes_.push_back(node);
  }
  set_headings(first, nodes_.size());
}

void Track::set_headings(std::size_t first, std::size_t end) {
  const auto moves = [&](std::size_t i) {
    return length(nodes_[i].state.velocity) >= options_.heading_floor_mps;
  };
  std::optional<std::size_t> before;
  for (std::size_t i = first; i < end; ++i) {
    Node& node = nodes_[i];
    if (moves(i)) {
      node.heading_deg = bearing_of(node.state.velocity);
      const double sideways = node.state.velocity_error_mps / length(node.state.velocity);
      node.heading_error_deg = std::max(0.6, std::atan(sideways) * kDegrees);
      before = i;
      continue;
    }
    std::size_t after = i;
    while (after < end && !moves(after)) ++after;
    const bool has_after = after < end;
    if (!before && !has_after) return;
    const double then = has_after ? bearing_of(nodes_[after].state.velocity) : 0;
    const double held = before ? *nodes_[*before].heading_deg : then;
    const bool agree =
        !before || !has_after || std::abs(turn_deg(held, then)) <= options_.heading_held_deg;
    for (; i < after; ++i) {
      if (!agree) continue;
      nodes_[i].heading_deg = held;
      nodes_[i].heading_error_deg = kHeldErrorDeg;
    }
    --i;  // the loop's own step
  }
}

Pose Track::between(const Node& a, const Node& b, UtcMicros t) const {
  const double dt = (b.state.at - a.state.at).seconds();
  const double s = dt > 0 ? (t - a.state.at).seconds() / dt : 0;
  const double s2 = s * s, s3 = s2 * s;
  Pose pose;
  pose.position = a.state.position * (2 * s3 - 3 * s2 + 1) + b.state.position * (3 * s2 - 2 * s3) +
                  a.state.velocity * (dt * (s3 - 2 * s2 + s)) + b.state.velocity * (dt * (s3 - s2));
  const Metres2 velocity = a.state.velocity * (1 - s) + b.state.velocity * s;
  pose.speed_mps = length(velocity);
  pose.error_m = std::max(a.state.error_m, b.state.error_m);
  pose.travelled_m = a.travelled_m * (1 - s) + b.travelled_m * s;
  if (a.heading_deg && b.heading_deg) {
    const double heading = *a.heading_deg + turn_deg(*a.heading_deg, *b.heading_deg) * s;
    pose.heading_deg = std::fmod(heading + 360, 360.0);
    pose.heading_error_deg = std::max(a.heading_error_deg, b.heading_error_deg);
  }
  return pose;
}

std::optional<Pose> Track::pose_at(UtcMicros camera_time) const {
  const UtcMicros t = camera_time - options_.clock_offset;
  const auto after = std::lower_bound(nodes_.begin(), nodes_.end(), t,
                                      [](const Node& n, UtcMicros at) { return n.state.at < at; });
  if (after == nodes_.end()) return std::nullopt;
  const bool exact = after->state.at == t;
  if (!exact && (after == nodes_.begin() || !after->joined)) return std::nullopt;
  Pose pose = exact ? between(*after, *after, t) : between(*(after - 1), *after, t);
  pose.at = camera_time;
  return pose;
}

std::optional<UtcMicros> Track::begins() const {
  if (nodes_.empty()) return std::nullopt;
  return nodes_.front().state.at + options_.clock_offset;
}

std::optional<UtcMicros> Track::ends() const {
  if (nodes_.empty()) return std::nullopt;
  return nodes_.back().state.at + options_.clock_offset;
}

}  // namespace xunjie::watch::vehicle
