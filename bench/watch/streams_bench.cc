#include "bench/watch/streams_bench.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "watch/live_watcher.h"
#include "watch/test_ports.h"

namespace xunjie::bench {
namespace {

namespace fs = std::filesystem;

class NoSink final : public ports::FindingSink {
 public:
  Result<void> raised(const ports::RaisedFinding&) override {
    ++findings;
    return {};
  }
  Result<void> cleared(const ports::ClearedFinding&) override { return {}; }
  void health(const ports::CameraHealth&) override {}
  Result<void> looked(const ports::LookAnswer&) override { return {}; }
  std::atomic<int> findings{0};
};

// A folder that goes with its owner.
class Scratch {
 public:
  Scratch() : path_(fs::temp_directory_path() / ("xunjie-bench-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~Scratch() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

ports::CameraConfig camera_number(int number, const std::string& url) {
  ports::CameraConfig camera;
  camera.id = domain::CameraId("bench-" + std::to_string(number));
  camera.name = camera.id.value;
  camera.kind = "fixed";
  camera.source = url;
  ports::Zone zone;
  zone.id = domain::ZoneId("all");
  zone.polygon = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  zone.watch = {{domain::ViolationKindId("store_overflow"), seconds(180)}};
  camera.zones = {zone};
  return camera;
}

double process_cpu_s() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto s = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return s(used.ru_utime) + s(used.ru_stime);
}

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

double seconds_since(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

struct Moment {
  double cpu_s = 0;
  watch::WatchCosts costs;
  double beyond_rings = 0;  // bytes
  double rings = 0;
};

class Run {
 public:
  explicit Run(const StreamsOptions& options)
      : options_(options), watcher_(live(), clock_, blobs_, sink_, copies_) {}

  Result<std::string> run() {
    base_bytes_ = resident_bytes();
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < options_.cameras; ++i)
      XUNJIE_TRY_VOID(watcher_.put_camera(
          camera_number(i, options_.urls[static_cast<std::size_t>(i) % options_.urls.size()])));
    added_s_ = seconds_since(begun);
    XUNJIE_TRY_VOID(await_all(begun));
    watch_for(options_.warm_up, nullptr);
    const Moment before = moment();
    const auto start = std::chrono::steady_clock::now();
    Moment highest = before;
    watch_for(options_.measured, &highest);
    const double span = seconds_since(start);
    const Moment after = moment();
    watcher_.stop();
    return json(before, after, highest, span);
  }

 private:
  watch::LiveOptions live() {
    watch::LiveOptions out;
    out.state_dir = scratch_.path();
    return out;
  }

  Result<void> await_all(std::chrono::steady_clock::time_point begun) {
    while (true) {
      const auto cameras = watcher_.cameras();
      const auto seen = std::count_if(cameras.begin(), cameras.end(),
                                      [](const auto& camera) { return camera.ring_bytes > 0; });
      if (up_s_ == 0 && seen == options_.cameras) up_s_ = seconds_since(begun);
      if (std::all_of(cameras.begin(), cameras.end(),
                      [](const auto& camera) { return camera.since_look.has_value(); }))
        break;
      if (seconds_since(begun) > 120)
        return make_error(ErrorCode::timeout, "only " + std::to_string(seen) + " of " +
                                                  std::to_string(options_.cameras) +
                                                  " cameras could be seen within two minutes");
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    seen_s_ = seconds_since(begun);
    return {};
  }

  void watch_for(Micros span, Moment* highest) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(span.count);
    while (std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::seconds(1));
      if (highest == nullptr) continue;
      int starved = 0;
      for (const auto& camera : watcher_.cameras()) {
        if (!camera.since_look || *camera.since_look > minutes(1)) ++starved;
      }
      starved_ = std::max(starved_, starved);
      const Moment now = moment();
      highest->beyond_rings = std::max(highest->beyond_rings, now.beyond_rings);
    }
  }

  Moment moment() {
    Moment out;
    out.cpu_s = process_cpu_s();
    out.costs = watcher_.costs();
    for (const auto& camera : watcher_.cameras())
      out.rings += static_cast<double>(camera.ring_bytes);
    out.beyond_rings =
        static_cast<double>(resident_bytes()) - static_cast<double>(base_bytes_) - out.rings;
    return out;
  }

  std::string json(const Moment& before, const Moment& after, const Moment& highest, double span);

  StreamsOptions options_;
  Scratch scratch_;
  watch::RealClock clock_;
  watch::NoBlobs blobs_;
  NoSink sink_;
  watch::NoCopies copies_;
  watch::LiveWatcher watcher_;
  std::size_t base_bytes_ = 0;
  double added_s_ = 0, up_s_ = 0, seen_s_ = 0;
  int starved_ = 0;
};

// The time below which this share of the gaps lies, in seconds; the upper edge of its quarter.
double gap_at(const std::vector<std::uint64_t>& gaps, double share) {
  std::uint64_t all = 0, below = 0;
  for (const auto count : gaps) all += count;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    below += gaps[i];
    if (all > 0 && static_cast<double>(below) >= share * static_cast<double>(all))
      return static_cast<double>(i + 1) / 4;
  }
  return 0;
}

std::string Run::json(const Moment& before, const Moment& after, const Moment& highest,
                      double span) {
  const double camera_hours = span / 3600 * options_.cameras, n = options_.cameras;
  const auto per_hour = [&](Micros from, Micros to) {
    return (to - from).seconds() / camera_hours;
  };
  std::vector<std::uint64_t> gaps = after.costs.gaps_by_quarter_s;
  for (std::size_t i = 0; i < gaps.size(); ++i) gaps[i] -= before.costs.gaps_by_quarter_s[i];
  const auto& a = before.costs;
  const auto& b = after.costs;
  constexpr double kMiB = 1 << 20;
  std::array<char, 1500> text{};
  std::snprintf(
      text.data(), text.size(),
      "{\"cameras\":%d,\"measured_s\":%.1f,\"cpu_s_per_camera_hour\":{\"receive\":%.2f,"
      "\"decode\":%.2f,\"judge\":%.2f,\"total\":%.2f},\"added_s\":%.2f,\"up_s\":%.2f,\"seen_s\":%."
      "2f,"
      "\"looks\":%llu,\"undecodable\":%llu,\"look_gap_s\":{\"p50\":%.2f,\"p99\":%.2f,\"worst\":%."
      "2f},"
      "\"starved\":%d,\"packets\":%llu,\"damaged_packets\":%llu,\"mbit_per_s_per_camera\":%.2f,"
      "\"findings\":%d,\"ring_mib_per_camera\":%.2f,\"beyond_ring_mib_per_camera\":%.2f,"
      "\"beyond_ring_mib_per_camera_highest\":%.2f,\"growth_mib_per_camera\":%.3f}",
      options_.cameras, span, per_hour(a.receive_cpu, b.receive_cpu),
      per_hour(a.decode_cpu, b.decode_cpu), per_hour(a.judge_cpu, b.judge_cpu),
      (after.cpu_s - before.cpu_s) / camera_hours, added_s_, up_s_, seen_s_,
      static_cast<unsigned long long>(b.looks - a.looks),
      static_cast<unsigned long long>(b.undecodable - a.undecodable), gap_at(gaps, 0.5),
      gap_at(gaps, 0.99), gap_at(gaps, 1), starved_,
      static_cast<unsigned long long>(b.packets - a.packets),
      static_cast<unsigned long long>(b.damaged_packets - a.damaged_packets),
      static_cast<double>(b.bytes - a.bytes) * 8 / 1e6 / span / n, sink_.findings.load(),
      after.rings / n / kMiB, after.beyond_rings / n / kMiB, highest.beyond_rings / n / kMiB,
      (after.beyond_rings - before.beyond_rings) / n / kMiB);
  return text.data();
}

}  // namespace

Result<std::string> run_streams_bench(const StreamsOptions& options) {
  if (options.urls.empty())
    return make_error(ErrorCode::invalid_argument, "stream: at least one address", "stream");
  if (options.cameras < 1 || options.cameras > 2000)
    return make_error(ErrorCode::invalid_argument, "cameras: 1 to 2000", "cameras");
  return Run(options).run();
}

}  // namespace xunjie::bench
