#include "domain/matching.h"

#include <gtest/gtest.h>

#include <cmath>

namespace xunjie::domain {
namespace {

// A street running east-west. Metres from its middle: x east, y north.
LonLat at(double x, double y) {
  return {121.5 + x / (111'195.08 * std::cos(31.28 * 3.14159265358979 / 180)),
          31.28 + y / 111'195.08};
}

//      noodles    fruit      tea        (north side, facing south)
//   ------------------------------------
//                 street
//   ------------------------------------
//                 barber               (south side, facing north)
const std::vector<ShopPlace> kStreet{
    {ShopId("noodles"), at(-10, 10), 8, 180.0},
    {ShopId("fruit"), at(0, 10), 8, 180.0},
    {ShopId("tea"), at(10, 10), 8, 180.0},
    {ShopId("barber"), at(0, -10), 12, 0.0},
};

FindingPlace near(LonLat position, double error_m, std::vector<ShopId> zone = {}) {
  return {std::move(zone), position, error_m};
}

TEST(Matching, TrustsTheZonesOnlyShop) {
  const auto match = match_shop(near(at(500, 500), 50, {ShopId("fruit")}), kStreet);
  ASSERT_TRUE(match.has_value());
  EXPECT_EQ(match->shop, ShopId("fruit"));
  EXPECT_EQ(match->confidence, 1.0);
  EXPECT_EQ(match->method, MatchMethod::zone);
}

TEST(Matching, TakesTheNearestOfAZonesShops) {
  const std::vector<ShopId> zone{ShopId("noodles"), ShopId("fruit")};
  const auto match = match_shop(near(at(-9, 8), 2.5, zone), kStreet);
  ASSERT_TRUE(match.has_value());
  EXPECT_EQ(match->shop, ShopId("noodles"));
  EXPECT_EQ(match->method, MatchMethod::zone_nearest);
  EXPECT_LT(match->confidence, 1.0);
  // A shop outside the zone is no candidate, however near.
  EXPECT_FALSE(
      match_shop(near(at(10, 9), 2.5, {ShopId("noodles"), ShopId("barber")}), kStreet).has_value());
}

TEST(Matching, FindsTheFrontageBehindTheThing) {
  const auto match = match_shop(near(at(0, 8), 2.5), kStreet);
  ASSERT_TRUE(match.has_value());
  EXPECT_EQ(match->shop, ShopId("fruit"));
  EXPECT_EQ(match->method, MatchMethod::nearest);
  EXPECT_GE(match->confidence, 0.6);
}

TEST(Matching, NamesNobodyBetweenTwoShops) {
  EXPECT_FALSE(match_shop(near(at(5, 9), 2.5), kStreet).has_value());
}

TEST(Matching, NamesNobodyWhenThePlaceIsVague) {
  EXPECT_FALSE(match_shop(near(at(0, 8), 25), kStreet).has_value());
  EXPECT_FALSE(match_shop(near(at(200, 0), 5), kStreet).has_value());
  EXPECT_FALSE(match_shop(near(at(0, 8), 2.5), {}).has_value());
}

TEST(Matching, NamesNobodyByACamerasOwnPosition) {
  const std::vector<ShopPlace> alone{{ShopId("fruit"), at(0, 10), 8, std::nullopt}};
  EXPECT_FALSE(match_shop(near(at(0, 10), 12), alone).has_value());
  EXPECT_TRUE(match_shop(near(at(0, 10), 5), alone).has_value());
}

TEST(Matching, TellsTheSidesOfTheStreetApart) {
  const std::vector<ShopPlace> alone{{ShopId("fruit"), at(0, 10), 8, 180.0}};
  EXPECT_TRUE(match_shop(near(at(0, 8), 3), alone).has_value());
  EXPECT_FALSE(match_shop(near(at(0, 14), 3), alone).has_value()) << "behind the shop";
  // Without a facing both sides are possible.
  const std::vector<ShopPlace> unknown{{ShopId("fruit"), at(0, 10), 8, std::nullopt}};
  EXPECT_TRUE(match_shop(near(at(0, 14), 3), unknown).has_value());
}

TEST(Matching, ConfidenceFallsWithDistanceAndWithTheError) {
  const std::vector<ShopPlace> alone{{ShopId("fruit"), at(0, 10), 8, 180.0}};
  const MatchOptions any{.radius_m = 100, .confidence_min = 0};
  double last = 1;
  for (double y = 9; y > -10; y -= 1) {
    const auto match = match_shop(near(at(0, y), 5), alone, any);
    ASSERT_TRUE(match.has_value());
    EXPECT_LT(match->confidence, last);
    last = match->confidence;
  }
}

TEST(Matching, MeasuresToTheFrontageNotToItsMiddle) {
  const ShopPlace wide{ShopId("wide"), at(0, 0), 20, 180.0};
  EXPECT_NEAR(distance_to_frontage_m(wide, at(9, 0)), 0, 0.01);
  EXPECT_NEAR(distance_to_frontage_m(wide, at(9, -3)), 3, 0.01);
  EXPECT_NEAR(distance_to_frontage_m(wide, at(13, -4)), 5, 0.01);
  const ShopPlace disc{ShopId("disc"), at(0, 0), 20, std::nullopt};
  EXPECT_NEAR(distance_to_frontage_m(disc, at(0, 13)), 3, 0.01);
}

}  // namespace
}  // namespace xunjie::domain
