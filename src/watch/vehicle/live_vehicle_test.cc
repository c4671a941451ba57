// A camera on a car in the live watcher: real sockets on loopback, a recording sent at its own
// pace, a receiver that speaks NMEA 0183.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "watch/live_watcher.h"
#include "watch/test_live.h"
#include "watch/test_video.h"
#include "watch/vehicle/test_car.h"

namespace xunjie::watch::vehicle {
namespace {

namespace fs = std::filesystem;
using ports::CameraState;

const Road kRoad;
const Metres2 kStall{8, 30};

ports::CameraConfig car_camera(const std::string& video, const std::string& track) {
  ports::CameraConfig camera;
  camera.id = domain::CameraId("car-1");
  camera.name = "巡逻车右侧";
  camera.kind = "vehicle";
  camera.source = video;
  camera.position = kRoadBegin;
  ports::Zone zone;
  zone.id = domain::ZoneId("right");
  zone.kind = ports::ZoneKind::no_stall;
  zone.polygon = {{0, 0.2}, {1, 0.2}, {1, 1}, {0, 1}};
  zone.watch = {{domain::ViolationKindId("street_vending"), seconds(3)}};
  camera.zones = {zone};
  camera.car = ports::CarSetup{};
  camera.car->mounting = kCarMounting;
  camera.car->track.source = track;
  // A picture is out of the demuxer when the next one begins.
  camera.car->track.clock_offset = millis(1000 / kCarFps);
  camera.car->track.gps_error_m = 1;
  camera.car->frontages = {{domain::ShopId("tea"), Plane(kRoadBegin).to_world({10, 30}), 12, 270}};
  return camera;
}

class LiveVehicle : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(dir_);
    ASSERT_TRUE(write_drive((dir_ / "drive.ts").string(), 14));
  }
  void TearDown() override {
    watcher.reset();
    fs::remove_all(dir_);
  }

  // A drive along the road: recording, receiver, watcher.
  void drive(std::shared_ptr<ports::Detector> with) {
    watcher.reset();
    receiver.reset();
    video = std::make_unique<CarVideo>((dir_ / "drive.ts").string());
    receiver = std::make_unique<CarReceiver>(kRoad, *video);
    receiver->held = held;
    watch(std::move(with));
  }
  void watch(std::shared_ptr<ports::Detector> with) {
    LiveOptions options;
    options.state_dir = dir_ / "state";
    options.detector = std::move(with);
    options.first_retry = millis(100);
    options.last_retry = millis(400);
    options.health_period = millis(500);
    options.car.track_stale = seconds(2);
    options.car.settle = seconds(2);
    options.car.rest = seconds(1);
    options.car.patience = minutes(2);
    edit(options);
    watcher = std::make_unique<LiveWatcher>(options, clock, blobs, centre, redactor);
    auto camera = car_camera(video->url(), receiver->url());
    camera.zones[0].watch[0].dwell = dwell;
    ASSERT_TRUE(watcher->put_camera(camera).ok());
  }
  [[nodiscard]] fs::path state() const { return dir_ / "state" / "cameras" / "car-1.drive"; }
  // The newest word of the camera's health; call inside centre.wait().
  [[nodiscard]] std::optional<ports::CameraHealth> health() const {
    for (auto at = centre.states.rbegin(); at != centre.states.rend(); ++at) {
      if (at->camera.value == "car-1") return *at;
    }
    return std::nullopt;
  }
  [[nodiscard]] bool is(CameraState state) const {
    const auto now = health();
    return now && now->state == state;
  }
  [[nodiscard]] std::string message() {
    std::string out;
    centre.wait([&] { return (out = health() ? health()->message : ""), true; });
    return out;
  }
  // Health is told twice a second, so a condition is looked at that often.
  bool wait(const std::function<bool()>& until) { return centre.wait(until, 60); }
  [[nodiscard]] ports::LookRequest look_at(const domain::FindingId& finding,
                                           const std::string& id) const {
    return {.id = id,
            .camera = domain::CameraId("car-1"),
            .zone = domain::ZoneId("right"),
            .finding = finding,
            .violation = domain::ViolationKindId("street_vending")};
  }

  std::function<void(LiveOptions&)> edit = [](LiveOptions&) {};
  const fs::path dir_ = fs::temp_directory_path() / ("xunjie-car-" + std::to_string(::getpid()));
  bool held = false;
  Micros dwell = seconds(3);
  RealClock clock;
  MemoryBlobs blobs;
  Centre centre;
  NotingRedactor redactor;
  std::shared_ptr<StallDetector> detector = std::make_shared<StallDetector>(kRoad, kStall);
  std::unique_ptr<CarVideo> video;
  std::unique_ptr<CarReceiver> receiver;
  std::unique_ptr<LiveWatcher> watcher;
};

TEST_F(LiveVehicle, RaisesWhatStandsAfterThePassWithPlaceShopAndEvidence) {
  drive(detector);
  ASSERT_TRUE(wait([&] { return !centre.findings.empty(); })) << "nothing found";
  EXPECT_GT(*video->age(), kRoad.parked_s + kRoad.moving_s) << "the pass was not over";
  const auto& found = centre.findings[0];
  EXPECT_EQ(found.camera.value, "car-1");
  EXPECT_EQ(found.zone.value, "right");
  EXPECT_EQ(found.violation.value, "street_vending");
  EXPECT_EQ(found.label, "stall");
  EXPECT_GE(found.at - found.since, seconds(3));
  ASSERT_TRUE(found.place.has_value());
  const Metres2 at = Plane(kRoadBegin).to_plane(found.place->position);
  EXPECT_LT(length(at - kStall), 2.5) << at.east << ", " << at.north;
  EXPECT_GT(found.place->error_m, 0.2);
  EXPECT_LT(found.place->error_m, 3);
  EXPECT_EQ(found.place->shop.value, "tea");
  EXPECT_GT(found.place->shop_confidence, 0.6);
  ASSERT_FALSE(found.pictures.empty());
  EXPECT_EQ(found.pictures.back().role, domain::PictureRole::now);
  EXPECT_EQ(found.pictures.back().box, found.box);
  for (const auto& picture : found.pictures) {
    EXPECT_EQ(hash_of(blobs.get(picture.original).value()), picture.original);
    ASSERT_TRUE(picture.seal.has_value());
    EXPECT_EQ(picture.seal->camera, found.camera);
    EXPECT_GE(picture.taken_at, found.since - seconds(1));
    EXPECT_LE(picture.taken_at, found.at + seconds(1));
  }
  ASSERT_TRUE(found.clip.has_value());
  EXPECT_GT(*blobs.size_of(found.clip->original), 5'000U);
  EXPECT_LE(found.clip->from, found.pictures.back().taken_at);
  EXPECT_GE(found.clip->until, found.pictures.back().taken_at);
  EXPECT_TRUE(wait([&] { return is(CameraState::ok); }));
  EXPECT_EQ(watcher->detect_counts()->failed, 0U);
  // Twelve metres of road and more between the first look and the last: not every picture.
  EXPECT_LT(watcher->costs().looks, 20U);
}

TEST_F(LiveVehicle, ParkedDecodesNothing) {
  held = true;
  drive(detector);
  ASSERT_TRUE(wait(
      [&] { return is(CameraState::ok) && receiver->sent > 25 && watcher->costs().packets > 40; }));
  EXPECT_EQ(watcher->costs().looks, 0U);
  EXPECT_EQ(watcher->costs().decode_cpu, Micros{});
  EXPECT_EQ(detector->asked, 0);
  receiver->held = false;
  EXPECT_TRUE(wait([&] { return watcher->costs().looks > 3; })) << "it drove and was not seen";
}

TEST_F(LiveVehicle, WithoutAPositionNothingIsJudgedAndHealthSaysSo) {
  drive(detector);
  ASSERT_TRUE(wait([&] { return watcher->costs().looks > 2; }));
  const int port = receiver->port();
  receiver.reset();  // callers are refused from now on
  ASSERT_TRUE(wait([&] { return is(CameraState::no_position); })) << "the loss is not said";
  EXPECT_NE(message().find("定位"), std::string::npos) << message();
  const auto then = watcher->costs();
  ASSERT_TRUE(wait([&] { return watcher->costs().packets > then.packets + 30; }));
  EXPECT_EQ(watcher->costs().looks, then.looks) << "judged without knowing where";
  EXPECT_TRUE(centre.findings.empty());
  // Back, but without satellites; then with a clock that is wrong; then sound.
  receiver = std::make_unique<CarReceiver>(Road{0, 600, 6}, *video, port);
  receiver->no_fix = true;
  EXPECT_TRUE(wait([&] {
    return is(CameraState::no_position) &&
           health()->message.find("没有卫星定位") != std::string::npos;
  })) << message();
  receiver->ahead_s = 3600;
  receiver->no_fix = false;
  EXPECT_TRUE(wait([&] {
    return is(CameraState::no_position) && health()->message.find("时钟相差") != std::string::npos;
  })) << message();
  EXPECT_EQ(watcher->costs().looks, then.looks);
  receiver->ahead_s = 0;
  EXPECT_TRUE(wait([&] { return is(CameraState::ok) && watcher->costs().looks > then.looks; }))
      << "not taken up again";
}

TEST_F(LiveVehicle, ALostPositionLeavesOtherCamerasAlone) {
  drive(detector);
  receiver.reset();
  CarVideo other((dir_ / "drive.ts").string());
  ports::CameraConfig pole = car_camera(other.url(), "");
  pole.id = domain::CameraId("pole-1");
  pole.kind = "fixed";
  pole.car.reset();
  ASSERT_TRUE(watcher->put_camera(pole).ok());
  ASSERT_TRUE(wait([&] { return is(CameraState::no_position); }));
  ASSERT_TRUE(wait([&] { return watcher->costs().looks > 5; })) << "the pole's is not looked at";
  wait([&] {
    for (const auto& state : centre.states) {
      EXPECT_FALSE(state.camera == pole.id &&
                   (state.state == CameraState::no_position || state.state == CameraState::lost))
          << state.message;
    }
    return true;
  });
  watcher.reset();  // before `other` goes
}

TEST_F(LiveVehicle, AnswersAndClearsAfterARestartByPassesThatSeeThePlace) {
  drive(detector);
  ASSERT_TRUE(wait([&] { return !centre.findings.empty(); })) << "nothing found";
  const auto id = centre.findings[0].id;
  // Restarted: the next pass knows the thing, so it says so and raises nothing.
  drive(detector);
  ASSERT_TRUE(watcher->request_look(look_at(id, "look-1")).ok());
  ASSERT_TRUE(wait([&] { return !centre.answers.empty(); })) << "no answer";
  EXPECT_EQ(centre.answers[0].id, "look-1");
  EXPECT_EQ(centre.answers[0].result, ports::LookResult::occupied);
  EXPECT_FALSE(centre.answers[0].pictures.empty());
  EXPECT_EQ(centre.findings.size(), 1U) << "raised twice";
  EXPECT_TRUE(centre.gone.empty());
  // And gone.
  detector->there = false;
  drive(detector);
  ASSERT_TRUE(wait([&] { return !centre.gone.empty(); })) << "not cleared";
  EXPECT_EQ(centre.gone[0].id, id);
  EXPECT_FALSE(centre.gone[0].pictures.empty());
}

// A dwell longer than a pass: the second raises it, and shows how the first saw it.
TEST_F(LiveVehicle, TheFindingOfALaterPassShowsItsFirstSight) {
  dwell = seconds(14);
  drive(detector);
  const fs::path sights = dir_ / "state" / "cameras" / "car-1.sights";
  ASSERT_TRUE(wait([&] { return fs::exists(sights) && !fs::is_empty(sights); }))
      << "nothing is kept of what was seen";
  EXPECT_TRUE(centre.findings.empty()) << "before its dwell";
  const UtcMicros between = clock.now();
  drive(detector);
  ASSERT_TRUE(wait([&] { return !centre.findings.empty(); })) << "nothing found";
  const auto& found = centre.findings[0];
  ASSERT_GE(found.pictures.size(), 2U);
  EXPECT_EQ(found.pictures.front().role, domain::PictureRole::arrival);
  EXPECT_LT(found.pictures.front().taken_at, between) << "not of the pass that raised it";
  EXPECT_GE(found.pictures.front().taken_at, found.since - seconds(1));
  EXPECT_TRUE(found.pictures.front().box.has_value());
  EXPECT_EQ(hash_of(blobs.get(found.pictures.front().original).value()),
            found.pictures.front().original);
  EXPECT_GT(found.pictures.back().taken_at, between);
  EXPECT_EQ(found.pictures.back().role, domain::PictureRole::now);
  ASSERT_TRUE(fs::exists(sights));
  ASSERT_TRUE(watcher->remove_camera(domain::CameraId("car-1")).ok());
  EXPECT_FALSE(fs::exists(sights)) << "pictures of a camera that is watched no more";
}

TEST_F(LiveVehicle, CannotSeeIsSaidWhenNoPassComes) {
  edit = [](LiveOptions& options) { options.car.patience = seconds(1); };
  drive(detector);
  ASSERT_TRUE(wait([&] { return !centre.findings.empty(); })) << "nothing found";
  ASSERT_TRUE(watcher->request_look(look_at(centre.findings[0].id, "look-1")).ok());
  ASSERT_TRUE(wait([&] { return !centre.answers.empty(); })) << "no answer";
  EXPECT_EQ(centre.answers[0].result, ports::LookResult::cannot_see);
  auto elsewhere = look_at(centre.findings[0].id, "look-2");
  elsewhere.zone = domain::ZoneId("left");
  EXPECT_EQ(watcher->request_look(elsewhere).error().code, ErrorCode::not_found);
}

TEST_F(LiveVehicle, WithoutAModelHealthSaysThatItCannotJudge) {
  drive(nullptr);
  ASSERT_TRUE(wait([&] { return is(CameraState::no_model); }));
  EXPECT_NE(message().find("模型"), std::string::npos);
  ASSERT_TRUE(wait([&] { return watcher->costs().packets > 30; }));
  EXPECT_EQ(watcher->costs().looks, 0U);
  EXPECT_EQ(receiver->sent, 0) << "a receiver is asked where nothing is judged";
}

TEST_F(LiveVehicle, NeedsItsSectionsAndHasNoStreetToRelearn) {
  drive(detector);
  auto bare = car_camera(video->url(), "");
  bare.car.reset();
  EXPECT_EQ(watcher->put_camera(bare).error().field, "mounting");
  EXPECT_EQ(watcher->relearn(domain::CameraId("car-1")).error().code,
            ErrorCode::not_allowed_in_state);
}

}  // namespace
}  // namespace xunjie::watch::vehicle
