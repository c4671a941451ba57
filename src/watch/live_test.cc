// The live watcher against a real stream over loopback: MPEG-TS served over TCP at its own speed.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <thread>

#include "watch/live_watcher.h"
#include "watch/seal.h"
#include "watch/test_video.h"

namespace xunjie::watch {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

class RealClock final : public ports::Clock {
 public:
  [[nodiscard]] UtcMicros now() const override {
    return UtcMicros{count<std::chrono::system_clock>()};
  }
  [[nodiscard]] Micros monotonic() const override { return Micros{count<steady_clock>()}; }

 private:
  template <typename C>
  static std::int64_t count() {
    return std::chrono::duration_cast<std::chrono::microseconds>(C::now().time_since_epoch())
        .count();
  }
};

class MemoryBlobs final : public ports::BlobStore {
 public:
  Result<domain::BlobId> put(std::span<const std::byte> bytes) override {
    const std::lock_guard lock(mutex_);
    domain::BlobId id = hash_of(bytes);
    blobs_[id.value].assign(bytes.begin(), bytes.end());
    return id;
  }
  Result<std::vector<std::byte>> get(const domain::BlobId& id) override {
    const std::lock_guard lock(mutex_);
    return blobs_.at(id.value);
  }
  Result<std::uint64_t> size_of(const domain::BlobId& id) override { return get(id)->size(); }
  Result<std::vector<ports::StoredBlob>> list(std::string_view) override {
    return std::vector<ports::StoredBlob>{};
  }
  Result<bool> remove(const domain::BlobId&, UtcMicros) override { return false; }
  Result<std::vector<domain::BlobId>> verify_all(std::int64_t&) override {
    return std::vector<domain::BlobId>{};
  }
  std::size_t clips() {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(blobs_.begin(), blobs_.end(), [](const auto& b) {
      return b.second.size() > 8 && std::memcmp(b.second.data() + 4, "ftyp", 4) == 0;
    }));
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<std::byte>> blobs_;
};

// Notes what is asked of it and answers a text of its own.
class NotingRedactor final : public ports::Redactor {
 public:
  [[nodiscard]] std::string version() const override { return "test"; }
  Result<std::vector<std::byte>> picture(std::span<const std::byte>,
                                         const ports::PictureRecipe&) override {
    return make_error(ErrorCode::internal, "the watcher makes no copies of pictures");
  }
  Result<std::vector<std::byte>> thumbnail(std::span<const std::byte>, int) override {
    return make_error(ErrorCode::internal, "the watcher makes no copies of pictures");
  }
  Result<std::vector<std::byte>> clip(std::span<const std::byte> original,
                                      const ports::ClipRecipe& recipe) override {
    const std::lock_guard lock(mutex_);
    recipes.push_back(recipe);
    sizes.push_back(original.size());
    if (fails) return make_error(ErrorCode::unavailable, "no encoder");
    const auto text = std::as_bytes(std::span(kMasked));
    return std::vector<std::byte>(text.begin(), text.end());
  }
  static constexpr std::string_view kMasked = "a clip with its masks burnt in";
  std::vector<ports::ClipRecipe> recipes;
  std::vector<std::size_t> sizes;
  bool fails = false;

 private:
  std::mutex mutex_;
};

// Keeps what comes; refuses the first `refusals` findings as a centre that is away does.
class Centre final : public ports::FindingSink {
 public:
  Result<void> raised(const ports::RaisedFinding& f) override {
    return keep([&] { findings.push_back(f); });
  }
  Result<void> cleared(const ports::ClearedFinding& f) override {
    return keep([&] { gone.push_back(f); });
  }
  void health(const ports::CameraHealth& h) override {
    const std::lock_guard lock(mutex_);
    states.push_back(h);
    changed_.notify_all();
  }
  Result<void> looked(const ports::LookAnswer& a) override {
    return keep([&] { answers.push_back(a); });
  }
  // Waits for a condition over what has come.
  bool wait(const std::function<bool()>& until, int most_s = 40) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(most_s), until);
  }
  bool reported(ports::CameraState state, std::size_t from = 0) const {
    for (std::size_t i = from; i < states.size(); ++i) {
      if (states[i].state == state) return true;
    }
    return false;
  }

  std::atomic<int> refusals{0};
  std::vector<ports::RaisedFinding> findings;
  std::vector<ports::ClearedFinding> gone;
  std::vector<ports::CameraHealth> states;
  std::vector<ports::LookAnswer> answers;

 private:
  Result<void> keep(const std::function<void()>& take) {
    const std::lock_guard lock(mutex_);
    if (refusals > 0) {
      --refusals;
      return make_error(ErrorCode::unavailable, "away");
    }
    take();
    changed_.notify_all();
    return {};
  }
  std::mutex mutex_;
  std::condition_variable changed_;
};

// Serves a file to each caller at the speed it was recorded, then hangs up.
class Server {
 public:
  Server(std::string path, double seconds) : path_(std::move(path)), seconds_(seconds) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(socket_, 4);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    stop_ = true;
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  [[nodiscard]] std::string url() const { return "tcp://127.0.0.1:" + std::to_string(port_); }

 private:
  void serve() {
    std::ifstream file(path_, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    while (!stop_) {
      const int caller = ::accept(socket_, nullptr, nullptr);
      if (caller < 0) return;
      const auto begun = steady_clock::now();
      std::size_t sent = 0;
      while (!stop_ && sent < bytes.size()) {
        const std::chrono::duration<double> passed = steady_clock::now() - begun;
        const auto due =
            static_cast<std::size_t>(static_cast<double>(bytes.size()) * passed.count() / seconds_);
        if (due > sent) {
          const auto n =
              ::send(caller, bytes.data() + sent, std::min(due, bytes.size()) - sent, MSG_NOSIGNAL);
          if (n <= 0) break;
          sent += static_cast<std::size_t>(n);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));  // the recording's own pace
      }
      ::close(caller);
    }
  }
  std::string path_;
  double seconds_;
  int socket_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

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
