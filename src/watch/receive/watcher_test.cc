// The live watcher on RTSP sources: what a person is told about a camera that cannot be read, and
// that its picture comes back.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>

#include "watch/live_watcher.h"
#include "watch/receive/rtsp_server_testing.h"
#include "watch/test_ports.h"

namespace xunjie::watch::receive {
namespace {

namespace fs = std::filesystem;
using ports::CameraState;

class Centre final : public ports::FindingSink {
 public:
  Result<void> raised(const ports::RaisedFinding&) override { return {}; }
  Result<void> cleared(const ports::ClearedFinding&) override { return {}; }
  Result<void> looked(const ports::LookAnswer&) override { return {}; }
  void health(const ports::CameraHealth& health) override {
    const std::lock_guard lock(mutex_);
    states_.push_back(health);
    changed_.notify_all();
  }
  // Waits for a report of this camera in this state and returns its message.
  std::optional<std::string> await(const std::string& camera, CameraState state) {
    std::unique_lock lock(mutex_);
    std::optional<std::string> message;
    changed_.wait_for(lock, std::chrono::seconds(30), [&] {
      for (const auto& health : states_) {
        if (health.camera.value == camera && health.state == state) message = health.message;
      }
      return message.has_value();
    });
    return message;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ports::CameraHealth> states_;
};

ports::CameraConfig camera(const std::string& id, const std::string& url) {
  ports::CameraConfig out;
  out.id = domain::CameraId(id);
  out.name = id;
  out.kind = "fixed";
  out.source = url;
  ports::Zone zone;
  zone.id = domain::ZoneId("z-1");
  zone.polygon = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  zone.watch = {{domain::ViolationKindId("goods_on_pavement"), seconds(60)}};
  out.zones = {zone};
  return out;
}

Script pattern_script() {
  static const Encoded encoded = encode_pattern("libx264", 320, 240, 10, 5);
  EXPECT_FALSE(encoded.units.empty()) << "is ffmpeg installed (./dev setup does)?";
  Script script;
  script.sdp = encoded.sdp;
  std::uint16_t sequence = 1;
  std::uint32_t time = 0;
  for (const auto& unit : encoded.units)
    script.media.push_back(frames_of(unit, false, time += 3600, sequence));
  return script;
}

TEST(LiveWatcherOnRtsp, EachCameraIsSeenOrItsTroubleNamed) {
  const fs::path dir = fs::temp_directory_path() / ("xunjie-rtsp-" + std::to_string(::getpid()));
  Script flaky = pattern_script(), closed = pattern_script(), missing = pattern_script();
  flaky.hang_up = true;
  closed.user = "u";
  closed.password = "p";
  missing.describe_status = 404;
  Script steady = pattern_script();
  steady.media.insert(steady.media.begin(), interleaved(1, sender_report(1'700'000'000, 3600)));
  ScriptedServer steady_server(steady), flaky_server(flaky), closed_server(closed),
      missing_server(missing);
  RealClock clock;
  NoBlobs blobs;
  NoCopies copies;
  Centre centre;
  {
    LiveOptions options;
    options.state_dir = dir;
    options.first_retry = millis(50);
    LiveWatcher watcher(options, clock, blobs, centre, copies);
    ASSERT_TRUE(watcher.put_camera(camera("steady", steady_server.url())).ok());
    ASSERT_TRUE(watcher.put_camera(camera("flaky", flaky_server.url())).ok());
    ASSERT_TRUE(watcher.put_camera(camera("closed", closed_server.url("u:wrong"))).ok());
    ASSERT_TRUE(watcher.put_camera(camera("missing", missing_server.url())).ok());
    ASSERT_TRUE(watcher.put_camera(camera("unusable", "rtsp://:0/")).ok());
    EXPECT_TRUE(centre.await("steady", CameraState::ok));
    EXPECT_TRUE(centre.await("flaky", CameraState::ok));
    EXPECT_EQ(centre.await("flaky", CameraState::lost), "连不上视频源，正在重试");
    EXPECT_EQ(centre.await("closed", CameraState::lost), "视频源拒绝登录，请核对用户名和密码");
    EXPECT_EQ(centre.await("missing", CameraState::lost),
              "视频源上没有这一路视频，请核对地址中的路径");
    EXPECT_EQ(centre.await("unusable", CameraState::lost), "视频源地址不可用，请核对");
    EXPECT_GE(watcher.costs().packets, 20U);
    const auto cameras = watcher.cameras();
    ASSERT_EQ(cameras.size(), 5U);
    for (const auto& one : cameras) {
      EXPECT_EQ(one.clock_offset.has_value(), one.id.value == "steady") << one.id.value;
    }
  }
  fs::remove_all(dir);
}

}  // namespace
}  // namespace xunjie::watch::receive
