// The ground as a plane: metres east and north of an origin, and how sure a place is.
//
// One plane serves one camera's whole work. Equirectangular about the origin: to_world() inverts
// to_plane() exactly; within 10 km lengths are true to 0.1 %, far below any position error here.
#pragma once

#include "domain/geo.h"

namespace xunjie::watch::vehicle {

struct Metres2 {
  double east = 0, north = 0;
  friend Metres2 operator+(Metres2 a, Metres2 b) { return {a.east + b.east, a.north + b.north}; }
  friend Metres2 operator-(Metres2 a, Metres2 b) { return {a.east - b.east, a.north - b.north}; }
  friend Metres2 operator*(Metres2 a, double k) { return {a.east * k, a.north * k}; }
  friend bool operator==(Metres2, Metres2) = default;
};

double dot(Metres2 a, Metres2 b);
double length(Metres2 a);
// The unit vector of a bearing, and the bearing (0..360) of a vector.
Metres2 towards(double bearing_deg);
double bearing_of(Metres2 a);
// The turn from bearing a to bearing b, -180..180, clockwise positive.
double turn_deg(double a, double b);

// Covariance in m².
struct Spread2 {
  double ee = 0, en = 0, nn = 0;
  friend Spread2 operator+(Spread2 a, Spread2 b) { return {a.ee + b.ee, a.en + b.en, a.nn + b.nn}; }
};
Spread2 round_spread(double error_m);
// Adds the outer product of an offset, one standard deviation long.
void widen(Spread2& spread, Metres2 by);
// One standard deviation along a direction, and the root mean square over both axes.
double error_along(Spread2 spread, Metres2 unit);
double error_of(Spread2 spread);
// Squared distance in standard deviations; spread must not be singular.
double mahalanobis2(Metres2 by, Spread2 spread);

// The best place from two independent ones.
struct Place {
  Metres2 at;
  Spread2 spread;
};
Place fuse(const Place& a, const Place& b);

class Plane {
 public:
  explicit Plane(domain::LonLat origin);
  [[nodiscard]] Metres2 to_plane(domain::LonLat p) const;
  [[nodiscard]] domain::LonLat to_world(Metres2 p) const;

 private:
  domain::LonLat origin_;
  double metres_per_lon_, metres_per_lat_;
};

}  // namespace xunjie::watch::vehicle
