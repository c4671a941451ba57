// Findings of a camera on a car: whose street they are on, whom they name, and how surely.
#include <gtest/gtest.h>

#include "district.h"

namespace xunjie::testing {
namespace {

namespace json = boost::json;

// A car of 四平路街道 that also drives through 五角场街道, where one shop is registered.
constexpr const char* kCar = R"({
 "shops":[{"id":"shop-tea","name":"清茗茶庄","business":"茶叶","address":"淞沪路8号","grade":"green",
   "subdistrict":"310110019","position":{"lon":121.511,"lat":31.301},"frontage_m":6}],
 "cameras":[{"id":"car-1","name":"巡逻车右侧","kind":"vehicle","source":"tcp://127.0.0.1:1",
  "subdistrict":"310110009","position":{"lon":121.5055,"lat":31.2825},
  "mounting":{"height_m":1.9,"yaw_deg":45,"pitch_deg":4,"hfov_deg":90},
  "track":{"source":"tcp://127.0.0.1:2"},
  "zones":[{"id":"right","kind":"pavement","polygon":[[0,0.2],[1,0.2],[1,1],[0,1]],
            "watch":[{"violation":"store_overflow","dwell_s":60}]},
           {"id":"road","kind":"no_stall","polygon":[[0,0],[1,0],[1,0.1],[0,0.1]],
            "watch":[{"violation":"street_vending","dwell_s":60}]}]}]})";

const domain::LonLat kBeforeTea{121.51104, 31.30102};

class Cars : public ::testing::Test {
 protected:
  Cars() {
    const auto imported = d.parts->registry.import(kCar, d.parts->accounts);
    EXPECT_TRUE(imported.ok()) << imported.error().message;
  }

  domain::CaseId found(const std::string& zone, const ports::GroundPlace& place) {
    ports::RaisedFinding finding =
        d.finding(zone, zone == "road" ? "street_vending" : "store_overflow");
    finding.camera = domain::CameraId("car-1");
    finding.place = place;
    d.clock.advance(seconds(1));
    return d.raise(finding);
  }

  District d;
};

TEST_F(Cars, NameTheShopTheySawWithTheErrorOfThePlace) {
  const auto seen = d.detail(found("right", {kBeforeTea, 2.75, domain::ShopId("shop-tea"), 0.9}));
  EXPECT_EQ(seen.at("shop").at("id").as_string(), "shop-tea");
  EXPECT_EQ(seen.at("shop_confidence").to_number<double>(), 0.9);
  EXPECT_EQ(seen.at("address").as_string(), "淞沪路8号");
  EXPECT_EQ(seen.at("subdistrict").as_string(), "310110019") << "not the car's own";
  EXPECT_EQ(seen.at("position").at("lat").to_number<double>(), kBeforeTea.lat);
  EXPECT_EQ(seen.at("position_error_m").to_number<double>(), 2.75);
}

TEST_F(Cars, WithoutAShopTheCaseGoesToTheStreetItStandsOn) {
  const auto seen = d.detail(found("right", {kBeforeTea, 4, {}, 0}));
  EXPECT_TRUE(seen.at("shop").is_null());
  EXPECT_EQ(seen.at("subdistrict").as_string(), "310110019");
  EXPECT_EQ(seen.at("address").as_string(), "淞沪路8号附近，巡逻车右侧沿途");
  EXPECT_EQ(seen.at("position_error_m").to_number<double>(), 4);
  const auto nowhere = d.detail(found("right", {{121.49, 31.27}, 4, {}, 0}));
  EXPECT_EQ(nowhere.at("subdistrict").as_string(), "310110009") << "no shop near: the car's own";
}

TEST_F(Cars, WhereNoStallMayBeTheShopBehindItIsNotToBlame) {
  const auto seen = d.detail(found("road", {kBeforeTea, 2, domain::ShopId("shop-tea"), 0.9}));
  EXPECT_TRUE(seen.at("shop").is_null());
  EXPECT_EQ(seen.at("subdistrict").as_string(), "310110019");
}

// The zone of a car's camera is a part of its picture: two things in it are two cases, one shop's
// things are one.
TEST_F(Cars, TwoPlacesAreTwoCasesAndOneShopIsOne) {
  const auto first = found("right", {{121.4900, 31.27}, 2, {}, 0});
  const auto second = found("right", {{121.4910, 31.27}, 2, {}, 0});
  EXPECT_NE(first, second);
  const auto tea = found("right", {kBeforeTea, 2, domain::ShopId("shop-tea"), 0.9});
  found("right", {kBeforeTea, 2, domain::ShopId("shop-tea"), 0.8});
  EXPECT_EQ(d.state(tea), "reported");
  ports::CaseFilter filter;
  const auto rows = d.store->list_cases(filter, {});
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->items.size(), 3U);
}

TEST_F(Cars, WhatWasMeasuredOutlivesARestart) {
  const auto id = found("right", {kBeforeTea, 2.75, domain::ShopId("shop-tea"), 0.9});
  const auto before = d.detail(id);
  d.restart();
  EXPECT_EQ(d.detail(id), before);
  const auto& camera = d.watcher.cameras.at(domain::CameraId("car-1"));
  ASSERT_TRUE(camera.car.has_value());
  EXPECT_EQ(camera.car->mounting.yaw_deg, 45);
}

TEST_F(Cars, AShopRegisteredLaterIsKnownToTheCar) {
  const auto fronts = [&] {
    return d.watcher.cameras.at(domain::CameraId("car-1")).car->frontages.size();
  };
  const std::size_t before = fronts();
  const auto imported = d.parts->registry.import(
      R"({"shops":[{"id":"shop-new","name":"新开面馆","business":"餐饮","address":"淞沪路10号",
          "grade":"green","subdistrict":"310110019","position":{"lon":121.5112,"lat":31.301}}]})",
      d.parts->accounts);
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_EQ(fronts(), before + 1);
}

}  // namespace
}  // namespace xunjie::testing
