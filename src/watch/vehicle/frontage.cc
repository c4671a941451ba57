#include "watch/vehicle/frontage.h"

#include <algorithm>
#include <cmath>

namespace xunjie::watch::vehicle {
namespace {

constexpr double kNobody = 0.05;
constexpr double kSideLeastM = 1.5;    // nearer to the car's own way the side says nothing
constexpr double kFacingMostDeg = 75;  // off the street's normal
constexpr double kBehindM = 1;         // a front's line is drawn this well

double below(double x) {
  return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

// The share of a normal density around `at` that lies between two bounds.
double share(double at, double error, double from, double until) {
  return below((until - at) / error) - below((from - at) / error);
}

bool on_that_side(const domain::ShopPlace& shop, const SeenFromCar& seen) {
  if (!shop.faces_deg || std::abs(seen.side_m) < kSideLeastM) return true;
  const double towards_car = seen.heading_deg + (seen.side_m > 0 ? -90 : 90);
  return std::abs(turn_deg(*shop.faces_deg, towards_car)) <= kFacingMostDeg;
}

double weight(const domain::ShopPlace& shop, const SeenFromCar& seen, const Plane& plane,
              const FrontageOptions& options) {
  const double faces = shop.faces_deg.value_or(seen.heading_deg + (seen.side_m > 0 ? -90 : 90));
  const Metres2 out = towards(faces), along = towards(faces + 90);
  const Metres2 away = seen.place.at - plane.to_plane(shop.position);
  const double half = (shop.frontage_m > 0 ? shop.frontage_m : options.width_unknown_m) / 2;
  const double error_along_m = std::max(0.5, error_along(seen.place.spread, along));
  const double error_out_m = std::max(0.5, error_along(seen.place.spread, out));
  return share(dot(away, along), error_along_m, -half, half) *
         share(dot(away, out), error_out_m, -kBehindM, options.depth_m);
}

}  // namespace

std::optional<FrontageMatch> nearest_frontage(const SeenFromCar& seen,
                                              std::span<const domain::ShopPlace> shops,
                                              const Plane& plane, const FrontageOptions& options) {
  const domain::ShopPlace* best = nullptr;
  double best_weight = 0, sum = 0;
  for (const auto& shop : shops) {
    if (length(seen.place.at - plane.to_plane(shop.position)) > options.radius_m) continue;
    if (!on_that_side(shop, seen)) continue;
    const double w = weight(shop, seen, plane, options);
    sum += w;
    if (best != nullptr && w <= best_weight) continue;
    best = &shop;
    best_weight = w;
  }
  if (best == nullptr) return std::nullopt;
  // Across the street everything on this side shares one error; how much of it is used up says only
  // whether anything stands before a front at all.
  return FrontageMatch{best->id, best_weight / (sum + kNobody)};
}

}  // namespace xunjie::watch::vehicle
