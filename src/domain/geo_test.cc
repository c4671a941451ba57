#include "domain/geo.h"

#include <gtest/gtest.h>

namespace xunjie::domain {
namespace {

struct Vector {
  LonLat wgs84, gcj02;
};

// Published vectors of googollee/eviltransform (tests/transform_test), to its printed precision.
constexpr Vector kVectors[] = {
    {{121.5272106, 31.1774276}, {121.531541859215, 31.17530398364597}},
    {{113.912316, 22.543847}, {113.9171764808363, 22.540796131694766}},
    {{116.377817, 39.911954}, {116.38404722455657, 39.91334545536069}},
};

TEST(Geo, ShiftsAsThePublishedVectorsDo) {
  for (const auto& v : kVectors) {
    EXPECT_NEAR(to_gcj02(v.wgs84).lon, v.gcj02.lon, 1e-6);
    EXPECT_NEAR(to_gcj02(v.wgs84).lat, v.gcj02.lat, 1e-6);
  }
}

TEST(Geo, InvertsTheShiftToAMillimetre) {
  for (double lon = 73; lon < 137; lon += 1.7) {
    for (double lat = 1; lat < 55; lat += 1.3) {
      const LonLat p{lon, lat};
      EXPECT_LT(distance_m(from_gcj02(to_gcj02(p)), p), 1e-3) << lon << ' ' << lat;
    }
  }
}

TEST(Geo, LeavesPlacesAbroadAlone) {
  for (const LonLat p :
       {LonLat{2.35, 48.86}, LonLat{139.69, 35.69}, LonLat{121, 0.5}, LonLat{-73.9, 40.7}}) {
    EXPECT_EQ(to_gcj02(p), p);
    EXPECT_EQ(from_gcj02(p), p);
  }
}

TEST(Geo, MeasuresDistanceAndBearing) {
  const LonLat a{121.5055, 31.2825};
  EXPECT_EQ(distance_m(a, a), 0);
  // One degree of latitude on the mean sphere.
  EXPECT_NEAR(distance_m({121, 31}, {121, 32}), 111'195.08, 0.1);
  EXPECT_NEAR(distance_m({0, 0}, {180, 0}), 20'015'114.4, 1);
  EXPECT_NEAR(bearing_deg(a, {a.lon, a.lat + 0.001}), 0, 1e-6);
  EXPECT_NEAR(bearing_deg(a, {a.lon + 0.001, a.lat}), 90, 1e-3);
  EXPECT_NEAR(bearing_deg(a, {a.lon, a.lat - 0.001}), 180, 1e-6);
  EXPECT_NEAR(bearing_deg(a, {a.lon - 0.001, a.lat}), 270, 1e-3);
  EXPECT_EQ(angle_between_deg(350, 10), 20);
  EXPECT_EQ(angle_between_deg(90, 270), 180);
}

}  // namespace
}  // namespace xunjie::domain
