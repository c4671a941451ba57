#include "watch/vehicle/mounting.h"

#include <cmath>
#include <numbers>

namespace xunjie::watch::vehicle {
namespace {

constexpr double kRadians = std::numbers::pi / 180;
constexpr double kNearestM = 0.5;

Metres2 right_of(double bearing_deg) {
  return towards(bearing_deg + 90);
}

}  // namespace

std::optional<View> View::of(const Mounting& mounting, const Pose& pose, double aspect) {
  if (!pose.heading_deg || !(aspect > 0)) return std::nullopt;
  View view;
  view.heading_deg_ = *pose.heading_deg;
  view.heading_error_deg_ = pose.heading_error_deg;
  view.axis_deg_ = *pose.heading_deg + mounting.yaw_deg;
  view.pitch_deg_ = mounting.pitch_deg;
  view.height_m_ = mounting.height_m;
  view.half_width_ = std::tan(mounting.hfov_deg / 2 * kRadians);
  view.half_height_ = view.half_width_ / aspect;
  view.lens_ = pose.position + towards(*pose.heading_deg) * mounting.forward_m +
               right_of(*pose.heading_deg) * mounting.right_m;
  return view;
}

std::optional<Metres2> View::ground(domain::PicturePoint point, double reach_m) const {
  const double side = (2 * point.x - 1) * half_width_, down = (2 * point.y - 1) * half_height_;
  const double sine = std::sin(pitch_deg_ * kRadians), cosine = std::cos(pitch_deg_ * kRadians);
  const double fall = sine + cosine * down;
  if (fall <= 1e-4) return std::nullopt;
  const double scale = height_m_ / fall;
  const double ahead = scale * (cosine - sine * down), right = scale * side;
  if (std::hypot(ahead, right) > reach_m) return std::nullopt;
  return lens_ + towards(axis_deg_) * ahead + right_of(axis_deg_) * right;
}

std::optional<Place> View::place(const domain::PictureBox& box, double reach_m,
                                 const ViewErrors& errors) const {
  const domain::PicturePoint foot{box.x + box.w / 2, box.y + box.h};
  const auto at = ground(foot, reach_m);
  if (!at) return std::nullopt;
  Place place{*at, round_spread(errors.jitter_m)};
  // Each error by itself, to first order; towards the horizon a step nearer is used, which exists.
  const auto shift = [&](const std::optional<Metres2>& there) {
    if (there) widen(place.spread, *there - *at);
  };
  shift(ground({foot.x, foot.y + errors.edge + errors.edge_share * box.h}, 1e9));
  shift(ground({foot.x + errors.edge + errors.edge_share * box.w, foot.y}, 1e9));
  View nodding = *this;
  nodding.pitch_deg_ += errors.pitch_deg;
  shift(nodding.ground(foot, 1e9));
  View turned = *this;
  turned.axis_deg_ += heading_error_deg_;
  shift(turned.ground(foot, 1e9));
  return place;
}

std::optional<domain::PicturePoint> View::picture(Metres2 at, double above_m) const {
  const Metres2 away = at - lens_;
  const double ahead = dot(away, towards(axis_deg_)), right = dot(away, right_of(axis_deg_));
  const double fall = height_m_ - above_m;
  const double sine = std::sin(pitch_deg_ * kRadians), cosine = std::cos(pitch_deg_ * kRadians);
  const double depth = cosine * ahead + sine * fall;
  if (depth < kNearestM) return std::nullopt;
  const double down = (cosine * fall - sine * ahead) / depth;
  return domain::PicturePoint{(right / depth / half_width_ + 1) / 2, (down / half_height_ + 1) / 2};
}

View View::shifted(Metres2 by) const {
  View out = *this;
  out.lens_ = lens_ + by;
  return out;
}

View View::turned(double yaw_deg, double pitch_deg) const {
  View out = *this;
  out.axis_deg_ += yaw_deg;
  out.pitch_deg_ += pitch_deg;
  return out;
}

}  // namespace xunjie::watch::vehicle
