#include "ports/watching.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace xunjie::ports {
namespace {

CameraConfig good_camera() {
  CameraConfig camera;
  camera.id = domain::CameraId("siping-01");
  camera.name = "四平路 01";
  camera.kind = "fixed";
  camera.position = {121.5, 31.27};
  Zone zone;
  zone.id = domain::ZoneId("front");
  zone.kind = ZoneKind::shop_front;
  zone.shop = domain::ShopId("shop-1");
  zone.polygon = {{0.1, 0.1}, {0.9, 0.1}, {0.9, 0.9}, {0.1, 0.9}};
  zone.watch = {{domain::ViolationKindId("store_overflow"), seconds(180)}};
  camera.zones = {zone};
  return camera;
}

struct Wrong {
  const char* name;
  const char* field;
  std::function<void(CameraConfig&)> spoil;
};

class ValidateRefuses : public testing::TestWithParam<Wrong> {};

TEST_P(ValidateRefuses, NamingTheField) {
  CameraConfig camera = good_camera();
  GetParam().spoil(camera);
  const auto result = validate(camera);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(result.error().field, GetParam().field);
  EXPECT_EQ(result.error().message.rfind(std::string(GetParam().field) + ": ", 0), 0U);
}

Zone& zone(CameraConfig& camera) {
  return camera.zones[0];
}

const Wrong kWrong[] = {
    {"EmptyId", "id", [](auto& c) { c.id = domain::CameraId(""); }},
    {"UpperCaseId", "id", [](auto& c) { c.id = domain::CameraId("Siping"); }},
    {"LongId", "id", [](auto& c) { c.id = domain::CameraId(std::string(65, 'a')); }},
    {"NoName", "name", [](auto& c) { c.name.clear(); }},
    {"Kind", "kind", [](auto& c) { c.kind = "drone"; }},
    {"Lon", "position.lon", [](auto& c) { c.position.lon = 181; }},
    {"LatNan", "position.lat", [](auto& c) { c.position.lat = std::nan(""); }},
    {"ZoneId", "zones[0].id", [](auto& c) { zone(c).id = domain::ZoneId("a b"); }},
    {"SameZoneTwice", "zones[1].id", [](auto& c) { c.zones.push_back(c.zones[0]); }},
    {"ShopId", "zones[0].shop", [](auto& c) { zone(c).shop = domain::ShopId("../x"); }},
    {"TwoPoints", "zones[0].polygon", [](auto& c) { zone(c).polygon.resize(2); }},
    {"ManyPoints", "zones[0].polygon",
     [](auto& c) {
       zone(c).polygon.clear();
       for (int i = 0; i < 65; ++i) {
         const double angle = 6.28318 * i / 65;
         zone(c).polygon.push_back({0.5 + 0.4 * std::cos(angle), 0.5 + 0.4 * std::sin(angle)});
       }
     }},
    {"OutOfRange", "zones[0].polygon[3]",
     [](auto& c) {
       zone(c).polygon[3] = {0.1, 1.2};
     }},
    {"NanPoint", "zones[0].polygon[1]", [](auto& c) { zone(c).polygon[1].x = std::nan(""); }},
    {"PointTwice", "zones[0].polygon[0]", [](auto& c) { zone(c).polygon[1] = zone(c).polygon[0]; }},
    {"SelfCrossing", "zones[0].polygon[0]",
     [](auto& c) { std::swap(zone(c).polygon[1], zone(c).polygon[2]); }},
    {"TouchesItself", "zones[0].polygon[0]",
     [](auto& c) {
       zone(c).polygon = {{0, 0}, {1, 0}, {1, 1}, {0.5, 0}, {0, 1}};
     }},
    {"TooSmall", "zones[0].polygon",
     [](auto& c) {
       zone(c).polygon = {{0.1, 0.1}, {0.11, 0.1}, {0.11, 0.11}};
     }},
    {"HoursOutside", "zones[0].permitted_hours[0]",
     [](auto& c) {
       zone(c).permitted_hours = {{-1, 60}};
     }},
    {"HoursEmpty", "zones[0].permitted_hours[1]",
     [](auto& c) {
       zone(c).permitted_hours = {{0, 60}, {60, 60}};
     }},
    {"Violation", "zones[0].watch[0].violation",
     [](auto& c) { zone(c).watch[0].violation = domain::ViolationKindId(""); }},
    {"ViolationTwice", "zones[0].watch[1].violation",
     [](auto& c) { zone(c).watch.push_back(zone(c).watch[0]); }},
    {"DwellShort", "zones[0].watch[0].dwell_s",
     [](auto& c) { zone(c).watch[0].dwell = millis(2999); }},
    {"DwellLong", "zones[0].watch[0].dwell_s",
     [](auto& c) { zone(c).watch[0].dwell = days(7) + millis(1); }},
    {"WatchedMask", "zones[0].watch", [](auto& c) { zone(c).kind = ZoneKind::privacy_mask; }},
};

INSTANTIATE_TEST_SUITE_P(Each, ValidateRefuses, testing::ValuesIn(kWrong),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(Validate, AcceptsGoodCameras) {
  EXPECT_TRUE(validate(good_camera()).ok());
  CameraConfig camera = good_camera();
  camera.zones[0].polygon = {{0, 0}, {1, 0}, {1, 1}, {0.5, 0.2}, {0, 1}};  // concave, on the border
  camera.zones[0].permitted_hours = {{17 * 60, 2 * 60}, {0, 24 * 60}};  // over midnight, whole day
  EXPECT_TRUE(validate(camera).ok());
  camera.zones.clear();
  EXPECT_TRUE(validate(camera).ok());
}

TEST(Names, AreTheContracts) {
  EXPECT_EQ(name_of(CameraState::light_change), "light_change");
  EXPECT_EQ(name_of(CameraState::ok), "ok");
  EXPECT_EQ(name_of(ZoneKind::shop_front), "shop_front");
  EXPECT_EQ(name_of(ZoneKind::privacy_mask), "privacy_mask");
}

}  // namespace
}  // namespace xunjie::ports
