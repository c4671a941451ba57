#include "watch/vehicle/rolling_track.h"

namespace xunjie::watch::vehicle {
namespace {

constexpr Micros kLateMost = minutes(1);  // a gap in the network is handed on later
constexpr Micros kEarlyMost = seconds(5);

}  // namespace

void RollingTrack::take(const std::vector<Fix>& fixes, UtcMicros now) {
  bool grew = false;
  const UtcMicros receiver_now = now - options_.clock_offset;
  for (const Fix& fix : fixes) {
    const Micros gap = fix.at - receiver_now;
    if (gap > kEarlyMost || gap < Micros{} - kLateMost) {
      clock_gap_ = gap;
      continue;
    }
    clock_gap_.reset();
    if (!fixes_.empty() && fix.at <= fixes_.back().at) continue;
    fixes_.push_back(fix);
    grew = true;
  }
  if (grew) rebuild();
}

void RollingTrack::rebuild() {
  while (fixes_.size() > kMostFixes || fixes_.back().at - fixes_.front().at > span_)
    fixes_.pop_front();
  const std::vector<Fix> window(fixes_.begin(), fixes_.end());
  Track fresh(window, plane_, options_);
  if (track_ && track_->ends()) {
    const auto joint = fresh.begins() ? track_->pose_at(*fresh.begins()) : std::nullopt;
    const auto whole = track_->pose_at(*track_->ends());
    if (joint)
      base_m_ += joint->travelled_m;
    else if (whole)
      base_m_ += whole->travelled_m;
  }
  track_.emplace(std::move(fresh));
}

std::optional<Pose> RollingTrack::pose_at(UtcMicros camera_time) const {
  if (!track_) return std::nullopt;
  auto pose = track_->pose_at(camera_time);
  if (pose) pose->travelled_m += base_m_;
  return pose;
}

std::optional<UtcMicros> RollingTrack::ends() const {
  return track_ ? track_->ends() : std::nullopt;
}

}  // namespace xunjie::watch::vehicle
