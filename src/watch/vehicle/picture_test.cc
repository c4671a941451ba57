// What is measured in pictures: appearance, guards, and a recorded drive from file to lines.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "watch/offline.h"
#include "watch/test_scene.h"
#include "watch/test_video.h"
#include "watch/vehicle/appearance.h"
#include "watch/vehicle/driving_guards.h"
#include "watch/vehicle/pass.h"

namespace xunjie::watch::vehicle {
namespace {

namespace fs = std::filesystem;

// Things as rendered for the demonstration, on their transparent ground.
const char* const kThings[] = {"cam-01/goods-1",   "cam-01/goods-2",     "cam-02/pile-1",
                               "cam-03/stall-1",   "cam-04/goods-1",     "cam-05/stall-1",
                               "cam-05/outside-1", "cam-05/permitted-1", "cam-06/pile-1"};

// The thing pasted onto a grey street, as another camera at another hour would show it.
std::vector<float> seen(const std::string& name, double size, double light, const cv::Scalar& tint,
                        double off) {
  const cv::Mat sprite = cv::imread(
      std::string(XUNJIE_SOURCE_DIR) + "/demo/scenes/" + name + ".png", cv::IMREAD_UNCHANGED);
  cv::Mat alpha, bgr;
  cv::extractChannel(sprite, alpha, 3);
  cv::cvtColor(sprite, bgr, cv::COLOR_BGRA2BGR);
  const cv::Rect solid = cv::boundingRect(alpha > 128);
  cv::Mat picture(500, 800, CV_8UC3, cv::Scalar(110, 115, 120)), thing, mask;
  const cv::Size to(static_cast<int>(solid.width * size), static_cast<int>(solid.height * size));
  cv::resize(bgr(solid), thing, to, 0, 0, cv::INTER_AREA);
  cv::resize(alpha(solid), mask, to, 0, 0, cv::INTER_AREA);
  thing.copyTo(picture(cv::Rect({60, 60}, to)), mask > 128);
  cv::multiply(picture, tint * light, picture);
  const domain::PictureBox box{(60 + off * to.width) / 800.0, (60 - off * to.height) / 500.0,
                               to.width / 800.0, to.height / 500.0};
  return appearance_of(picture, box, cast_of(picture));
}

TEST(Appearance, OneThingIsMoreLikeItselfThanAnyOther) {
  double worst_same = 0, least_other = 1;
  for (const std::string a : kThings) {
    const auto mine = seen(a, 0.6, 1, cv::Scalar(1, 1, 1), 0);
    ASSERT_EQ(mine.size(), kAppearanceNumbers) << a;
    const auto again = seen(a, 0.4, 0.8, cv::Scalar(1.08, 1, 0.94), 0.04);
    const double same = unlikeness(mine, again, 1);
    worst_same = std::max(worst_same, same);
    for (const std::string b : kThings) {
      if (a == b) continue;
      const double other = unlikeness(again, seen(b, 0.6, 1, cv::Scalar(1, 1, 1), 0), 1);
      least_other = std::min(least_other, other);
      EXPECT_LT(same, other) << a << " against " << b;
    }
  }
  std::printf("appearance: same thing at most %.3f apart, two things at least %.3f\n", worst_same,
              least_other);
}

TEST(Appearance, IsUnknownForAHandfulOfPixels) {
  const cv::Mat picture(100, 100, CV_8UC3, cv::Scalar(1, 2, 3));
  EXPECT_TRUE(appearance_of(picture, {0.9, 0.9, 0.3, 0.05}, {1, 1, 1}).empty());
}

Look picture_of(const cv::Mat& luma) {
  const GridSize grid = grid_for(640, 480);
  Look look;
  look.grid = grid;
  look.luma = luma;
  return look;
}

TEST(DrivingGuards, TellDarkFrozenBlurredAndBlocked) {
  using ports::CameraState;
  const GridSize grid = grid_for(640, 480);
  const cv::Size size(grid.width * kCellPixels, grid.height * kCellPixels);
  DrivingGuards guards;
  double way = 0;
  const auto state = [&](const cv::Mat& luma) {
    Pose pose;
    pose.travelled_m = way += 5;
    return guards.judge(picture_of(luma), pose).state;
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(state(texture(size, i, 120, 25)), CameraState::ok);
  const cv::Mat still = texture(size, 9, 120, 25);
  EXPECT_EQ(state(still), CameraState::ok);
  EXPECT_EQ(state(still), CameraState::frozen);
  cv::Mat soft;
  cv::GaussianBlur(texture(size, 10, 120, 60), soft, cv::Size(), 14);
  EXPECT_EQ(state(soft), CameraState::blurred);
  EXPECT_EQ(state(texture(size, 11, 15, 2)), CameraState::dark);
  EXPECT_EQ(state(texture(size, 12, 90, 3)), CameraState::blocked);
  EXPECT_EQ(state(texture(size, 13, 120, 25)), CameraState::ok);
}

class RecordedDrive : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(dir_); }
  void TearDown() override { fs::remove_all(dir_); }
  [[nodiscard]] std::string file(const std::string& name) const { return (dir_ / name).string(); }

  // North at 8 m/s past a stall 8 m to the right, 40 m up the road; boxes ten times a second.
  void record(const std::string& track) const {
    const Plane plane({121.5055, 31.2825});
    std::ofstream boxes(file("boxes.jsonl"));
    const Mounting mounting{.height_m = 1.9, .yaw_deg = 45, .pitch_deg = 4, .hfov_deg = 90};
    for (int i = 0; i < 120; ++i) {
      Pose pose;
      pose.position = {0, 0.8 * i};
      pose.heading_deg = 0;
      const auto view = View::of(mounting, pose, 320.0 / 240);
      const Metres2 at{8, 40};
      const auto foot = view->picture(at), top = view->picture(at, 1.2);
      const bool inside = foot && foot->x > 0.05 && foot->x < 0.95 && foot->y < 1;
      boxes << "{\"at\":" << i * 0.1 << ",\"boxes\":[";
      if (inside) {
        boxes << R"({"label":"stall","score":0.9,"box":[)" << foot->x - 0.03 << ',' << top->y
              << ",0.06," << foot->y - top->y << "]}";
      }
      boxes << "]}\n";
    }
    std::ofstream gpx(file("drive.gpx"));
    gpx << "<gpx version=\"1.1\"><trk><trkseg>";
    gpx.precision(12);
    for (int t = 0; t <= 12; ++t) {
      const auto p = plane.to_world({0, 8.0 * t});
      gpx << "<trkpt lat=\"" << p.lat << "\" lon=\"" << p.lon << "\"><time>"
          << to_rfc3339(UtcMicros{1'772'416'800'000'000} + seconds(t)) << "</time><speed>8</speed>"
          << "<course>0</course></trkpt>";
    }
    gpx << "</trkseg></trk></gpx>";
    std::ofstream(file("camera.json"))
        << R"({"id":"car-1","name":"车","kind":"vehicle","position":{"lon":121.5,"lat":31.2},
      "zones":[{"id":"right","kind":"no_stall","polygon":[[0,0.2],[1,0.2],[1,1],[0,1]],
      "watch":[{"violation":"street_vending","dwell_s":3}]}],
      "mounting":{"height_m":1.9,"yaw_deg":45,"pitch_deg":4,"hfov_deg":90},
      "track":)"
        << track << "}";
  }

 private:
  fs::path dir_ = fs::temp_directory_path() / ("xunjie-drive-" + std::to_string(::getpid()));
};

constexpr const char* kTrack =
    R"({"source":"drive.gpx","detections":"boxes.jsonl","gps_error_m":1})";

TEST_F(RecordedDrive, PrintsThePlaceOfWhatStands) {
  record(kTrack);
  ASSERT_TRUE(write_video(file("v.mp4"), {.format = "mp4", .gop = 20, .seconds = 12}));
  const auto done = run_offline({.camera = file("camera.json"),
                                 .source = file("v.mp4"),
                                 .out = file("out.jsonl"),
                                 .start = "2026-03-02T02:00:00Z"});
  ASSERT_TRUE(done.ok()) << done.error().message;
  std::ostringstream text;
  text << std::ifstream(file("out.jsonl")).rdbuf();
  const std::string lines = text.str();
  EXPECT_NE(lines.find("\"violation\":\"street_vending\""), std::string::npos) << lines;
  const auto at = lines.find("\"position\":{\"lon\":");
  ASSERT_NE(at, std::string::npos) << lines;
  domain::LonLat p;
  ASSERT_EQ(
      std::sscanf(lines.c_str() + at, "\"position\":{\"lon\":%lf,\"lat\":%lf", &p.lon, &p.lat), 2);
  EXPECT_LT(length(Plane({121.5055, 31.2825}).to_plane(p) - Metres2{8, 40}), 1.5) << lines;
}

TEST_F(RecordedDrive, SaysWhatIsMissing) {
  ASSERT_TRUE(write_video(file("v.mp4"), {.format = "mp4", .gop = 20, .seconds = 3}));
  const auto field = [&](const std::string& track, const std::string& start) {
    record(track);
    const auto done = run_offline(
        {.camera = file("camera.json"), .source = file("v.mp4"), .out = file("o"), .start = start});
    return done.ok() ? std::string("none") : done.error().field;
  };
  EXPECT_EQ(field(R"({"source":"drive.gpx"})", ""), "track.detections");
  EXPECT_EQ(field(R"({"source":"none.gpx","detections":"boxes.jsonl"})", ""), "track.source");
  EXPECT_EQ(field(kTrack, "08:00"), "start");  // another day than the track's
}

}  // namespace
}  // namespace xunjie::watch::vehicle
