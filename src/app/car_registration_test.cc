// Cameras on cars in the registry: what is taken, what is refused and with which words.
#include "app/car_registration.h"

#include <gtest/gtest.h>

#include "app/registry_json.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

json::value car(const std::string& kind, const std::string& sections) {
  return json::parse(R"({"id":"car-1","name":"巡逻车右侧","kind":")" + kind +
                     R"(","source":"rtsp://10.0.0.9/1","subdistrict":"310110009",
    "position":{"lon":121.5,"lat":31.28},"zones":[{"id":"right","kind":"pavement",
      "polygon":[[0,0.2],[1,0.2],[1,1],[0,1]],"watch":[]}])" +
                     sections + "}");
}

constexpr const char* kMounting =
    R"(,"mounting":{"height_m":1.9,"yaw_deg":45,"pitch_deg":4,"hfov_deg":90})";
constexpr const char* kTrack = R"(,"track":{"source":"tcp://10.0.0.8:10110","look_every_m":6})";

// Read and checked as import does, with the shop "tea" registered.
Result<Camera> checked(const std::string& kind, const std::string& sections) {
  XUNJIE_TRY(camera, decode_camera(car(kind, sections), "cameras[0]"));
  auto sound = ports::validate(camera.config);
  if (!sound.ok()) return sound.error();
  const std::map<domain::ShopId, Shop> shops{{domain::ShopId("tea"), Shop{}}};
  if (camera.config.car) XUNJIE_TRY_VOID(check_frontages(*camera.config.car, "cameras[0]", shops));
  return camera;
}

TEST(CarRegistration, IsKeptAsItWasGivenAndReadBack) {
  const std::string fronts =
      R"(,"frontages":[{"shop":"tea","position":{"lon":121.5,"lat":31.28},"faces_deg":270}])";
  const auto camera = checked("vehicle", kMounting + std::string(kTrack) + fronts);
  ASSERT_TRUE(camera.ok()) << camera.error().message;
  ASSERT_TRUE(camera->config.car.has_value());
  EXPECT_EQ(camera->config.car->mounting.yaw_deg, 45);
  EXPECT_EQ(camera->config.car->track.source, "tcp://10.0.0.8:10110");
  EXPECT_EQ(camera->config.car->track.look_every_m, 6);
  EXPECT_EQ(camera->config.car->track.gps_error_m, 8);
  EXPECT_EQ(camera->config.car->frontages.at(0).faces_deg, 270);
  const auto again = decode_stored_camera(encode(*camera), "");
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->config, camera->config);
  EXPECT_TRUE(not_watched(*camera).empty());
}

TEST(CarRegistration, WithoutItsSectionsACarsCameraIsKeptAndNotWatched) {
  const auto camera = checked("vehicle", "");
  ASSERT_TRUE(camera.ok()) << camera.error().message;
  EXPECT_NE(not_watched(*camera).find("mounting"), std::string::npos);
}

TEST(CarRegistration, SaysWhichFieldIsWrongWithWhatValueAndWhatWouldBeRight) {
  const auto refused = [](const std::string& kind, const std::string& sections) {
    const auto camera = checked(kind, sections);
    return camera.ok() ? Error{} : camera.error();
  };
  const std::string mounting = kMounting, track = kTrack;
  EXPECT_EQ(refused("fixed", mounting + track).field, "cameras[0].mounting");
  EXPECT_EQ(refused("dome", track).field, "cameras[0].track");
  EXPECT_EQ(refused("vehicle", mounting).field, "cameras[0].track");
  EXPECT_EQ(refused("vehicle", track).field, "cameras[0].mounting");
  EXPECT_EQ(refused("vehicle", track + R"(,"mounting":{"height_m":1.9})").field,
            "cameras[0].mounting.yaw_deg");
  const auto high =
      refused("vehicle", track + R"(,"mounting":{"height_m":19,"yaw_deg":0,"pitch_deg":4,)" +
                             R"("hfov_deg":90})");
  EXPECT_EQ(high.field, "mounting.height_m");
  EXPECT_NE(high.message.find("19 "), std::string::npos) << high.message;
  EXPECT_NE(high.message.find("0.5 到 6"), std::string::npos) << high.message;
  const auto source = [&](const std::string& url) {
    return refused("vehicle", mounting + R"(,"track":{"source":")" + url + "\"}");
  };
  for (const std::string url : {"10.0.0.8:10110", "udp://10.0.0.8:10110", "tcp://10.0.0.8",
                                "tcp://10.0.0.8:0", "tcp://:10110", "tcp://a/b:10110"}) {
    EXPECT_EQ(source(url).field, "track.source") << url;
    EXPECT_NE(source(url).message.find("tcp://"), std::string::npos) << url;
  }
  const auto secret = source("tcp://me:secret@10.0.0.8:10110");
  EXPECT_EQ(secret.field, "track.source");
  EXPECT_EQ(secret.message.find("secret"), std::string::npos) << secret.message;
  EXPECT_EQ(source("tcp://[fe80::1]:10110").code, Error{}.code);
  EXPECT_EQ(
      refused("vehicle", mounting + R"(,"track":{"source":"tcp://a:1","detections":"x"})").field,
      "cameras[0].track.detections");
  EXPECT_EQ(refused("vehicle", mounting + track +
                                   R"(,"frontages":[{"shop":"x","position":{"lon":1,"lat":1}}])")
                .field,
            "cameras[0].frontages[0].shop");
}

TEST(CarRegistration, TakesTheDistrictsShopsWhereNoFrontagesAreGiven) {
  auto camera = checked("vehicle", kMounting + std::string(kTrack));
  ASSERT_TRUE(camera.ok());
  std::map<domain::ShopId, Shop> shops;
  for (const std::size_t i : {0, 1}) {
    Shop shop;
    shop.frontage_m = 5;
    shop.position = {121.5 + 0.001 * static_cast<double>(i), 31.28};
    shops[domain::ShopId("s" + std::to_string(i))] = shop;
  }
  EXPECT_EQ(with_frontages(camera->config, shops).car->frontages.size(), 2U);
  EXPECT_EQ(with_frontages(camera->config, shops).car->frontages[1].frontage_m, 5);
  for (std::size_t i = 2; i < ports::kMaxFrontages + 10; ++i) {
    Shop far;
    far.position = {121.5 + 0.001 * static_cast<double>(i), 31.28};
    shops[domain::ShopId("s" + std::to_string(i))] = far;
  }
  const auto most = with_frontages(camera->config, shops).car->frontages;
  EXPECT_EQ(most.size(), ports::kMaxFrontages);
  EXPECT_TRUE(std::none_of(most.begin(), most.end(), [](const auto& front) {
    return front.position.lon > 121.5 + 0.001 * static_cast<double>(ports::kMaxFrontages);
  })) << "the nearest are kept";
  camera->config.car->frontages = {most[0]};
  EXPECT_EQ(with_frontages(camera->config, shops).car->frontages.size(), 1U);
}

}  // namespace
}  // namespace xunjie::app
