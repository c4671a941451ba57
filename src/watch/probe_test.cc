// Trying sources over loopback: everything an installer meets, and one that works.
#include "watch/probe.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <string>

#include "watch/probe_address.h"
#include "watch/test_listener.h"
#include "watch/test_video.h"

namespace xunjie::watch {
namespace {

namespace fs = std::filesystem;
using ports::ProbeFault;

TEST(ProbeAddress, FindsHostAndPortWhateverElseIsThere) {
  const auto full = probe_address("rtsp://user:p%40ss@10.1.2.3:8554/a:b?x=@y");
  ASSERT_TRUE(full.has_value());
  EXPECT_EQ(full->host, "10.1.2.3");
  EXPECT_EQ(full->port, "8554");
  EXPECT_TRUE(full->connects);
  EXPECT_EQ(probe_address("rtsp://cam.local/live")->port, "554");
  EXPECT_EQ(probe_address("rtsps://[fd00::1]:322/")->host, "fd00::1");
  EXPECT_FALSE(probe_address("udp://0.0.0.0:5000")->connects);
  for (const char* bad :
       {"", "/etc/passwd", "file:///etc/passwd", "gopher://x:70/", "tcp://x", "rtsp://",
        "rtsp://x:0/", "rtsp://x:99999/", "rtsp://x:8x/", "concat:a|b", "rtsp://:554/"}) {
    EXPECT_FALSE(probe_address(bad).has_value()) << bad;
  }
}

// Something that listens, and sends a file to whoever comes.
class Peer {
 public:
  explicit Peer(std::string bytes = {}) : bytes_(std::move(bytes)), thread_([this] { serve(); }) {}
  ~Peer() {
    listener_.wake();
    thread_.join();
    for (const int caller : callers_) ::close(caller);
  }
  [[nodiscard]] std::string url(const std::string& scheme) const {
    return listener_.url(scheme) + (scheme == "rtsp" ? "/live" : "");
  }

 private:
  void serve() {
    for (;;) {
      const int caller = listener_.accept();
      if (caller < 0) return;
      std::size_t sent = 0;
      while (sent < bytes_.size()) {
        const auto n = ::send(caller, bytes_.data() + sent, bytes_.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) break;
        sent += static_cast<std::size_t>(n);
      }
      if (bytes_.empty())
        callers_.push_back(caller);  // silent, but there
      else
        ::close(caller);
    }
  }
  std::string bytes_;
  std::vector<int> callers_;
  Listener listener_;
  std::thread thread_;  // last: it uses the rest
};

ProbeOptions quick() {
  ProbeOptions options;
  options.knock = options.open = options.look = seconds(1);
  options.patience = seconds(20);
  return options;
}

std::vector<ProbeFault> faults_at(const std::string& url) {
  const std::atomic<bool> stop{false};
  return probe_source({url, {}}, quick(), stop).faults;
}

TEST(Probe, SaysWhatIsWrong) {
  EXPECT_EQ(faults_at("/etc/passwd"), std::vector{ProbeFault::bad_address});
  EXPECT_EQ(faults_at("rtsp://169.254.169.254/x"), std::vector{ProbeFault::bad_address});
  EXPECT_EQ(faults_at("tcp://127.0.0.1:1"), std::vector{ProbeFault::refused});
  const Peer silent;
  EXPECT_EQ(faults_at(silent.url("rtsp")), std::vector{ProbeFault::timed_out});
  const Peer talker(std::string(200'000, 'x'));
  EXPECT_EQ(faults_at(talker.url("tcp")), std::vector{ProbeFault::no_video});
}

std::string video_bytes(const TestVideo& video, bool black) {
  const fs::path path =
      fs::temp_directory_path() / ("xunjie-probe-" + std::to_string(::getpid()) + ".ts");
  EXPECT_TRUE(write_video(path.string(), video, [black](cv::Mat& frame, double) {
    if (black) frame.setTo(3);
  }));
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  fs::remove(path);
  return bytes;
}

TEST(Probe, ShowsAStillWithItsMasksAndThePaceOfTheStream) {
  const Peer camera(video_bytes({.width = 640, .height = 360, .gop = 20, .seconds = 6}, false));
  const std::atomic<bool> stop{false};
  const auto open = probe_source({camera.url("tcp"), {}}, quick(), stop);
  EXPECT_TRUE(open.faults.empty()) << name_of(open.faults.front());
  EXPECT_EQ(open.codec, "mpeg4");
  EXPECT_EQ(open.width, 640);
  ASSERT_TRUE(open.keyframe_interval_s.has_value());
  EXPECT_NEAR(*open.keyframe_interval_s, 2, 0.05);
  ASSERT_GT(open.still.size(), 1000u);
  const domain::PicturePolygon whole{{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  const auto masked = probe_source({camera.url("tcp"), {whole}}, quick(), stop);
  EXPECT_LT(masked.still.size(), open.still.size() / 3);
}

TEST(Probe, WarnsOfADarkAndOfASmallPicture) {
  const Peer camera(video_bytes({.seconds = 4}, true));
  const auto faults = faults_at(camera.url("tcp"));
  EXPECT_EQ(faults, (std::vector{ProbeFault::dark, ProbeFault::small}));
}

TEST(Prober, RunsSoManyAtOnceAndNoMoreAndEndsWhenStopped) {
  const Peer silent;
  ProbeOptions options;
  options.at_once = 1;
  options.open = seconds(60);
  options.patience = seconds(60);
  Prober prober(options);
  auto first = std::async(std::launch::async, [&] {
    return prober.probe({silent.url("rtsp"), {}});
  });
  // The place is taken once a second probe is refused.
  bool refused = false;
  while (!refused && first.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready)
    refused = !prober.probe({"/no", {}}).ok();
  EXPECT_TRUE(refused);
  prober.stop();
  EXPECT_TRUE(first.get().ok());
  EXPECT_EQ(prober.probe({"/no", {}}).error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace xunjie::watch
