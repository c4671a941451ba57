// The live watcher against a real stream over loopback: MPEG-TS served over TCP at its own speed.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "watch/live_watcher.h"
#include "watch/test_live.h"
#include "watch/test_video.h"

namespace xunjie::watch {
namespace {

namespace fs = std::filesystem;

ports::CameraConfig live_camera(const std::string& url) {
  ports::CameraConfig camera;
  camera.id = domain::CameraId("live-1");
  camera.name = "live";
  camera.kind = "fixed";
  camera.source = url;
  ports::Zone zone;
  zone.id = domain::ZoneId("z-1");
  zone.polygon = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  zone.watch = {{domain::ViolationKindId("goods_on_pavement"), seconds(4)}};
  camera.zones = {zone};
  return camera;
}

TEST(LiveWatcher, FindsClearsAnswersAndOutlivesAVanishedSource) {
  const fs::path dir = fs::temp_directory_path() / ("xunjie-live-" + std::to_string(::getpid()));
  fs::create_directories(dir);
  constexpr double kSeconds = 20;
  ASSERT_TRUE(write_video((dir / "v.ts").string(), {.gop = 5, .seconds = kSeconds},
                          [](cv::Mat& frame, double t) {
                            if (t >= 5 && t < 14) put_box(frame, {140, 110, 60, 50});
                          }));
  RealClock clock;
  MemoryBlobs blobs;
  Centre centre;
  centre.refusals = 2;
  {
    Server server((dir / "v.ts").string(), kSeconds);
    LiveOptions options;
    options.state_dir = dir / "state";
    options.watch.first_looks = 3;
    options.watch.quiet_period = seconds(1);
    options.watch.maturing_period = millis(500);
    options.first_retry = millis(100);
    NotingRedactor redactor;
    LiveWatcher watcher(options, clock, blobs, centre, redactor);
    ASSERT_TRUE(watcher.put_camera(live_camera(server.url())).ok());
    ports::LookRequest look{
        .id = "look-1", .camera = domain::CameraId("none"), .zone = domain::ZoneId("z-1")};
    EXPECT_EQ(watcher.request_look(look).error().code, ErrorCode::not_found);
    look.camera = domain::CameraId("live-1");
    ASSERT_TRUE(centre.wait([&] { return !centre.findings.empty(); })) << "nothing found";
    EXPECT_EQ(centre.refusals, 0);
    const auto& found = centre.findings[0];
    ASSERT_EQ(found.pictures.size(), 3U);
    EXPECT_EQ(found.pictures[0].role, domain::PictureRole::before);
    EXPECT_FALSE(found.pictures[0].box.has_value());
    EXPECT_TRUE(found.pictures[2].box.has_value());
    for (const auto& picture : found.pictures) {
      EXPECT_EQ(hash_of(blobs.get(picture.original).value()), picture.original);
      ASSERT_TRUE(picture.seal.has_value());
      EXPECT_EQ(picture.seal->camera, found.camera);
      EXPECT_FALSE(picture.seal->clock_offset.has_value());  // this source tells no clock
    }
    EXPECT_LT(found.pictures[0].taken_at, found.since);
    EXPECT_GE(found.at - found.since, seconds(4));
    ASSERT_TRUE(found.clip.has_value());
    EXPECT_GT(*blobs.size_of(found.clip->original), 10'000U);
    EXPECT_FALSE(found.clip->reencoded);
    EXPECT_GE(found.clip->until - found.clip->from, found.at - found.since);
    EXPECT_TRUE(redactor.recipes.empty());
    look.finding = found.id;
    ASSERT_TRUE(watcher.request_look(look).ok());
    ASSERT_TRUE(centre.wait([&] { return !centre.answers.empty(); })) << "no answer";
    EXPECT_EQ(centre.answers[0].id, "look-1");
    EXPECT_EQ(centre.answers[0].result, ports::LookResult::occupied);
    ASSERT_TRUE(centre.wait([&] { return !centre.gone.empty(); })) << "not cleared";
    EXPECT_EQ(centre.gone[0].id, found.id);
    ASSERT_TRUE(centre.wait([&] { return centre.reported(ports::CameraState::lost); }))
        << "loss unnoticed";
    const std::size_t then = centre.states.size();
    ASSERT_TRUE(centre.wait([&] { return centre.reported(ports::CameraState::ok, then); }))
        << "not reconnected";
    EXPECT_EQ(centre.findings.size(), 1U);
    ASSERT_TRUE(watcher.remove_camera(domain::CameraId("live-1")).ok());
    EXPECT_TRUE(fs::exists(options.state_dir / "cameras" / "live-1.state"));
  }
  fs::remove_all(dir);
}

// Says of every candidate that it is laundry, which may stay longer than the zone's shortest kind.
class SaysLaundry final : public ports::Detector {
 public:
  SaysLaundry() {
    info_.classes = {{"laundry",
                      ports::ClassMeaning::violation,
                      {domain::ViolationKindId("hanging_laundry")},
                      false}};
  }
  Result<std::vector<std::vector<ports::Detection>>> detect(
      std::span<const ports::DetectorAsk> asks) override {
    std::vector<std::vector<ports::Detection>> out;
    for (const auto& ask : asks) out.push_back({{ask.region, 0, 0.75}});
    return out;
  }
  [[nodiscard]] const ports::DetectorInfo& info() const override { return info_; }

 private:
  ports::DetectorInfo info_;
};

TEST(LiveWatcher, NamesAFindingAsTheDetectorSays) {
  const fs::path dir = fs::temp_directory_path() / ("xunjie-named-" + std::to_string(::getpid()));
  fs::create_directories(dir);
  constexpr double kSeconds = 16;
  ASSERT_TRUE(write_video((dir / "v.ts").string(), {.gop = 5, .seconds = kSeconds},
                          [](cv::Mat& frame, double t) {
                            if (t >= 5) put_box(frame, {140, 110, 60, 50});
                          }));
  RealClock clock;
  MemoryBlobs blobs;
  Centre centre;
  {
    Server server((dir / "v.ts").string(), kSeconds);
    LiveOptions options;
    options.state_dir = dir / "state";
    options.watch.first_looks = 3;
    options.watch.quiet_period = seconds(1);
    options.watch.maturing_period = millis(500);
    options.detector = std::make_shared<SaysLaundry>();
    NotingRedactor redactor;
    LiveWatcher watcher(options, clock, blobs, centre, redactor);
    auto camera = live_camera(server.url());
    camera.zones[0].watch.push_back({domain::ViolationKindId("hanging_laundry"), seconds(6)});
    ASSERT_TRUE(watcher.put_camera(camera).ok());
    ASSERT_TRUE(centre.wait([&] { return !centre.findings.empty(); })) << "nothing found";
    const auto& found = centre.findings[0];
    EXPECT_EQ(found.violation.value, "hanging_laundry");
    EXPECT_EQ(found.label, "laundry");
    EXPECT_EQ(found.score, 0.75);
    EXPECT_GE(found.at - found.since, seconds(6)) << "the named kind's dwell counts";
    EXPECT_GE(watcher.detect_counts()->violations, 2U) << "asked again when its dwell was over";
  }
  fs::remove_all(dir);
}

}  // namespace
}  // namespace xunjie::watch
