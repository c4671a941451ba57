// A recording of a car's camera with a detector that is asked, instead of a file of boxes.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "watch/vehicle/offline_vehicle.h"
#include "watch/vehicle/test_car.h"

namespace xunjie::watch::vehicle {
namespace {

namespace fs = std::filesystem;

const Road kRoad;
constexpr UtcMicros kStart{1'772'416'800'000'000};

class OfflineModel : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(dir_);
    ASSERT_TRUE(write_drive((dir_ / "drive.ts").string(), 14));
    std::ofstream track(dir_ / "drive.gpx");
    track << "<gpx><trk><trkseg>";
    for (int i = 0; i < 14 * 5; ++i) {
      const double t = i * 0.2;
      const auto at = Plane(kRoadBegin).to_world({0, kRoad.way(t)});
      track << "<trkpt lat=\"" << std::to_string(at.lat) << "\" lon=\"" << std::to_string(at.lon)
            << "\"><time>" << to_rfc3339(kStart + millis(200 * i)) << "</time></trkpt>";
    }
    track << "</trkseg></trk></gpx>\n";
  }
  void TearDown() override { fs::remove_all(dir_); }

  // What FINDINGS.jsonl holds; the error's field where there is none.
  std::string lines(ports::Detector* detector) {
    ports::CameraConfig camera;
    camera.id = domain::CameraId("car-1");
    camera.kind = "vehicle";
    ports::Zone zone;
    zone.id = domain::ZoneId("right");
    zone.polygon = {{0, 0.2}, {1, 0.2}, {1, 1}, {0, 1}};
    zone.watch = {{domain::ViolationKindId("street_vending"), seconds(3)}};
    camera.zones = {zone};
    vehicle::Setup setup;
    setup.mounting = kCarMounting;
    setup.track = (dir_ / "drive.gpx").string();
    setup.gps_error_m = 1;
    const fs::path out = dir_ / "findings.jsonl";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(out.c_str(), "w"),
                                                               &std::fclose);
    const auto done =
        watch_drive(camera, setup, (dir_ / "drive.ts").string(), kStart, {}, file.get(), detector);
    if (!done.ok()) return done.error().field;
    std::ifstream in(out);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path dir_ = fs::temp_directory_path() / ("xunjie-offline-" + std::to_string(::getpid()));
};

TEST_F(OfflineModel, FindsWhatTheDetectorSaysWhereItStands) {
  StallDetector stall(kRoad, {8, 30});
  const std::string found = lines(&stall);
  EXPECT_GT(stall.asked, 0);
  const auto raised = found.find("\"type\":\"raised\"");
  ASSERT_NE(raised, std::string::npos) << found;
  EXPECT_NE(found.find("street_vending", raised), std::string::npos) << "as the model's class says";
  const auto place = Plane(kRoadBegin).to_world({8, 30});
  const auto lat = found.find("\"lat\":", raised);
  ASSERT_NE(lat, std::string::npos);
  EXPECT_NEAR(std::stod(found.substr(lat + 6)), place.lat, 2e-5) << "2 m";
}

TEST_F(OfflineModel, SaysNothingWhereTheDetectorSeesNothing) {
  StallDetector stall(kRoad, {8, 30});
  stall.there = false;
  EXPECT_EQ(lines(&stall).find("raised"), std::string::npos);
}

TEST_F(OfflineModel, WithoutBoxesAndWithoutADetectorSaysWhatIsMissing) {
  EXPECT_EQ(lines(nullptr), "track.detections");
}

}  // namespace
}  // namespace xunjie::watch::vehicle
