// How a camera sits on the car, and what its picture says about the ground.
//
// A pinhole over flat ground: the point where a thing touches the ground gives its bearing and its
// distance. Errors that differ from look to look (the foot's pixels, the body's pitch over bumps,
// the heading) are carried into the place's spread; the position's own error is not, because it is
// common to everything seen within seconds and is dealt with where passes are compared.
#pragma once

#include <optional>

#include "ports/car_camera.h"
#include "watch/vehicle/track.h"

namespace xunjie::watch::vehicle {

using ports::Mounting;

struct ViewErrors {
  double edge = 0.002;       // of a box's edge, in shares of the picture …
  double edge_share = 0.03;  // … and of the box's own width or height
  double pitch_deg = 0.3;
  double jitter_m = 0.12;  // of the smoothed position from look to look
};

// One picture's view: mounting and pose joined. `aspect` is width / height.
class View {
 public:
  // nullopt where the heading is unknown.
  static std::optional<View> of(const Mounting& mounting, const Pose& pose, double aspect);

  // The ground under a point of the picture, at most `reach_m` away; nullopt above the horizon and
  // beyond.
  [[nodiscard]] std::optional<Metres2> ground(domain::PicturePoint point, double reach_m) const;
  // Where the middle of a box's foot stands, with the spread of one look.
  [[nodiscard]] std::optional<Place> place(const domain::PictureBox& box, double reach_m,
                                           const ViewErrors& errors) const;
  // Where a point `above_m` over the ground appears; nullopt behind the lens. May lie outside 0..1.
  [[nodiscard]] std::optional<domain::PicturePoint> picture(Metres2 at, double above_m = 0) const;
  [[nodiscard]] Metres2 lens() const { return lens_; }
  [[nodiscard]] double heading_deg() const { return heading_deg_; }
  // The same view from a lens shifted by this much.
  [[nodiscard]] View shifted(Metres2 by) const;
  // The same view from a camera turned by this much more.
  [[nodiscard]] View turned(double yaw_deg, double pitch_deg) const;

 private:
  View() = default;
  Metres2 lens_;
  double heading_deg_ = 0, heading_error_deg_ = 0, axis_deg_ = 0, pitch_deg_ = 0;
  double height_m_ = 0, half_width_ = 1, half_height_ = 1;
};

}  // namespace xunjie::watch::vehicle
