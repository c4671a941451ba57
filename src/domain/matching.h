// Whose finding is it: from a place in the picture to a shop, with a confidence.
//
// Accusing the wrong shop is what merchants complain about most, so below a confidence no shop is
// named and the case goes to a team instead of a phone. Order of trust:
//   1. the zone's own shop, drawn by a person who knows the street;
//   2. several shops in one zone: the nearest frontage among them;
//   3. no shop in the zone: distance to the frontages around, on the side they face.
// The confidence of 2 and 3 is the share of the best candidate's likelihood among all candidates
// and "nobody"; the likelihood is the normal density of the distance, whose width is the place's
// error. So a camera's own position, tens of metres from what it sees, names nobody, however few
// shops are near.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "domain/geo.h"
#include "domain/ids.h"

namespace xunjie::domain {

struct ShopPlace {
  ShopId id;
  LonLat position;                  // middle of the frontage
  double frontage_m = 0;            // width along the street; 0 = unknown
  std::optional<double> faces_deg;  // bearing the front looks at; tells the sides of a street apart
  friend bool operator==(const ShopPlace&, const ShopPlace&) = default;
};

struct FindingPlace {
  std::vector<ShopId> zone_shops;  // as drawn; empty = none
  LonLat position;                 // of the thing on the ground
  double error_m = 5;              // one standard deviation of that position
};

enum class MatchMethod { zone, zone_nearest, nearest };

struct ShopMatch {
  ShopId shop;
  double confidence = 0;  // 0..1
  MatchMethod method = MatchMethod::zone;
};

struct MatchOptions {
  double radius_m = 30;         // farther frontages are no candidates
  double confidence_min = 0.6;  // below it nobody is named
};

// nullopt: no shop may be named. A zone shop that is not among `shops` still counts when it is the
// only one. Linear in the number of shops; hand in those of the neighbourhood.
std::optional<ShopMatch> match_shop(const FindingPlace& place, std::span<const ShopPlace> shops,
                                    const MatchOptions& options = {});

// Metres from a point to the frontage, a straight line of frontage_m through the position (0 on
// it). With an unknown facing the frontage is taken as a disc of that diameter.
double distance_to_frontage_m(const ShopPlace& shop, LonLat point);

}  // namespace xunjie::domain
