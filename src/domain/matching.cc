#include "domain/matching.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace xunjie::domain {
namespace {

// What "nobody here" weighs against a shop that is hit exactly.
constexpr double kNobody = 0.15;
constexpr double kErrorLeastM = 2;
// Up to here a place is sharp enough to point at one frontage; beyond, the same likelihood is
// spread over an area that grows with the square of the error, most of it not this shop's.
constexpr double kErrorSharpM = 5;
// Farther off the front's direction than this, the thing stands behind the shop or across the
// street.
constexpr double kFrontHalfAngleDeg = 100;
// Nearer than this the bearing to a point says nothing.
constexpr double kBearingLeastM = 1.5;

bool behind(const ShopPlace& shop, LonLat point) {
  if (!shop.faces_deg || distance_m(shop.position, point) < kBearingLeastM) return false;
  return angle_between_deg(*shop.faces_deg, bearing_deg(shop.position, point)) > kFrontHalfAngleDeg;
}

double likelihood(const ShopPlace& shop, const FindingPlace& place, double radius_m) {
  if (behind(shop, place.position)) return 0;
  const double away = distance_to_frontage_m(shop, place.position);
  if (away > radius_m) return 0;
  const double error_m = std::max(place.error_m, kErrorLeastM);
  const double share = away / error_m;
  const double thinness = kErrorSharpM / std::max(error_m, kErrorSharpM);
  return std::exp(-share * share / 2) * thinness * thinness;
}

std::optional<ShopMatch> best_of(const FindingPlace& place, std::span<const ShopPlace> candidates,
                                 const MatchOptions& options, MatchMethod method) {
  const ShopPlace* best = nullptr;
  double best_weight = 0;
  double sum = kNobody;
  for (const auto& shop : candidates) {
    const double weight = likelihood(shop, place, options.radius_m);
    sum += weight;
    if (weight > best_weight) {
      best = &shop;
      best_weight = weight;
    }
  }
  if (best == nullptr || best_weight / sum < options.confidence_min) return std::nullopt;
  return ShopMatch{best->id, best_weight / sum, method};
}

}  // namespace

double distance_to_frontage_m(const ShopPlace& shop, LonLat point) {
  const double away = distance_m(shop.position, point);
  const double half = shop.frontage_m / 2;
  if (!shop.faces_deg) return std::max(0.0, away - half);
  const double angle =
      (bearing_deg(shop.position, point) - *shop.faces_deg) * std::numbers::pi / 180;
  const double along = std::max(0.0, std::abs(away * std::sin(angle)) - half);
  const double out = away * std::cos(angle);
  return std::hypot(along, out);
}

std::optional<ShopMatch> match_shop(const FindingPlace& place, std::span<const ShopPlace> shops,
                                    const MatchOptions& options) {
  if (place.zone_shops.size() == 1)
    return ShopMatch{place.zone_shops.front(), 1.0, MatchMethod::zone};
  if (place.zone_shops.empty()) return best_of(place, shops, options, MatchMethod::nearest);
  std::vector<ShopPlace> drawn;
  std::copy_if(shops.begin(), shops.end(), std::back_inserter(drawn), [&](const ShopPlace& shop) {
    return std::find(place.zone_shops.begin(), place.zone_shops.end(), shop.id) !=
           place.zone_shops.end();
  });
  return best_of(place, drawn, options, MatchMethod::zone_nearest);
}

}  // namespace xunjie::domain
