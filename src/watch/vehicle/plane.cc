#include "watch/vehicle/plane.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace xunjie::watch::vehicle {
namespace {

constexpr double kRadians = std::numbers::pi / 180;
constexpr double kEarthRadiusM = 6'371'008.8;  // as domain/geo.h

double determinant(Spread2 s) {
  return std::max(s.ee * s.nn - s.en * s.en, 1e-12);
}

Spread2 inverse(Spread2 s) {
  const double d = determinant(s);
  return {s.nn / d, -s.en / d, s.ee / d};
}

Metres2 times(Spread2 s, Metres2 v) {
  return {s.ee * v.east + s.en * v.north, s.en * v.east + s.nn * v.north};
}

}  // namespace

double dot(Metres2 a, Metres2 b) {
  return a.east * b.east + a.north * b.north;
}

double length(Metres2 a) {
  return std::hypot(a.east, a.north);
}

Metres2 towards(double bearing_deg) {
  return {std::sin(bearing_deg * kRadians), std::cos(bearing_deg * kRadians)};
}

double bearing_of(Metres2 a) {
  const double bearing = std::atan2(a.east, a.north) / kRadians;
  return bearing < 0 ? bearing + 360 : bearing;
}

double turn_deg(double a, double b) {
  return std::remainder(b - a, 360.0);
}

Spread2 round_spread(double error_m) {
  return {error_m * error_m, 0, error_m * error_m};
}

void widen(Spread2& spread, Metres2 by) {
  spread.ee += by.east * by.east;
  spread.en += by.east * by.north;
  spread.nn += by.north * by.north;
}

double error_along(Spread2 spread, Metres2 unit) {
  return std::sqrt(std::max(0.0, dot(unit, times(spread, unit))));
}

double error_of(Spread2 spread) {
  return std::sqrt((spread.ee + spread.nn) / 2);
}

double mahalanobis2(Metres2 by, Spread2 spread) {
  return dot(by, times(inverse(spread), by));
}

Place fuse(const Place& a, const Place& b) {
  const Spread2 ia = inverse(a.spread), ib = inverse(b.spread);
  const Spread2 spread = inverse(ia + ib);
  return {times(spread, times(ia, a.at) + times(ib, b.at)), spread};
}

Plane::Plane(domain::LonLat origin)
    : origin_(origin),
      metres_per_lon_(kEarthRadiusM * kRadians * std::max(0.01, std::cos(origin.lat * kRadians))),
      metres_per_lat_(kEarthRadiusM * kRadians) {}

Metres2 Plane::to_plane(domain::LonLat p) const {
  return {(p.lon - origin_.lon) * metres_per_lon_, (p.lat - origin_.lat) * metres_per_lat_};
}

domain::LonLat Plane::to_world(Metres2 p) const {
  return {origin_.lon + p.east / metres_per_lon_, origin_.lat + p.north / metres_per_lat_};
}

}  // namespace xunjie::watch::vehicle
