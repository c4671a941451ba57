// Whose front is it: from a place with its uncertainty, seen from a car, to a shop.
//
// As domain/matching.h, where a distance with one round error decides; a car knows more. It knows
// on which side of its way the thing stood, which a receiver's error cannot turn about, so fronts
// of the other side are out. And its error is spread out along and across the street, so what
// counts is how much of it lies before each front. Confidence is the best front's share among all
// and "nobody"; two fronts nearly alike give a low one, and then a person decides.
#pragma once

#include <optional>
#include <span>

#include "domain/matching.h"
#include "watch/vehicle/plane.h"

namespace xunjie::watch::vehicle {

struct FrontageOptions {
  double radius_m = 60;
  double depth_m = 5;           // things before a front stand within this of it
  double width_unknown_m = 8;   // of a front whose width is not registered
  double confidence_min = 0.6;  // below it nobody is named
};

struct SeenFromCar {
  Place place;  // on the ground, with the car's position error
  double heading_deg = 0;
  double side_m = 0;  // to the right of the car's way; left is negative
};

struct FrontageMatch {
  domain::ShopId shop;
  double confidence = 0;
};

// The best front and its confidence, also below confidence_min (the caller names nobody then);
// nullopt when no front is on that side within the radius.
std::optional<FrontageMatch> nearest_frontage(const SeenFromCar& seen,
                                              std::span<const domain::ShopPlace> shops,
                                              const Plane& plane, const FrontageOptions& options);

}  // namespace xunjie::watch::vehicle
