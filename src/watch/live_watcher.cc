#include "watch/live_watcher.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <utility>

#include "watch/camera_run.h"
#include "watch/vehicle/car_run.h"

namespace xunjie::watch {
namespace {

constexpr std::size_t kMaxCameras = 2000;
constexpr std::size_t kLeastRing = 1U << 20U;  // a keyframe and its group at a low rate

receive::ReactorOptions reactor_options(const LiveOptions& options) {
  receive::ReactorOptions out;
  out.capture = options.capture;
  out.first_retry = options.first_retry;
  out.last_retry = options.last_retry;
  return out;
}

vehicle::FeedOptions feed_options(const LiveOptions& options) {
  vehicle::FeedOptions out;
  out.silence = options.car.track_silence;
  out.first_retry = options.first_retry;
  out.last_retry = options.last_retry;
  return out;
}

bool same_zones(const ports::CameraConfig& a, const ports::CameraConfig& b) {
  if (a.zones.size() != b.zones.size()) return false;
  for (std::size_t i = 0; i < a.zones.size(); ++i) {
    if (a.zones[i].id != b.zones[i].id || a.zones[i].polygon != b.zones[i].polygon) return false;
  }
  return true;
}

// With a detector, streets name candidates and wait for its word.
LiveOptions asking(LiveOptions options) {
  options.watch.ask_detector = options.detector != nullptr;
  return options;
}

}  // namespace

class LiveWatcher::Body {
 public:
  Body(LiveOptions options, ports::Clock& clock, ports::BlobStore& blobs, ports::FindingSink& sink,
       ports::Redactor& redactor)
      : options_(asking(std::move(options))),
        time_(clock),
        spool_({.dir = options_.state_dir / "spool",
                .bytes = options_.spool_bytes,
                .clip_longest = options_.watch.clip_longest},
               blobs, sink, redactor),
        detect_(options_.detector ? std::make_unique<DetectQueue>(options_.detector) : nullptr),
        pool_(options_.judges),
        reactor_(reactor_options(options_)),
        tracks_(feed_options(options_)),
        shared_{options_, time_,         blobs,    sink,   spool_,
                pool_,    detect_.get(), reactor_, costs_, tracks_},
        keeper_([this] { keep(); }) {}

  ~Body() { stop(); }

  Result<void> put(const ports::CameraConfig& camera) {
    XUNJIE_TRY_VOID(ports::validate(camera));
    if (camera.source.empty())
      return make_error(ErrorCode::invalid_argument, "source: is missing", "source");
    if (camera.kind == "vehicle" && !camera.car)
      return make_error(ErrorCode::invalid_argument,
                        "mounting: 缺少，车载探头要有 mounting 和 track 才能判断", "mounting");
    const std::lock_guard changing(changing_);
    const std::shared_ptr<LiveCamera> old = find(camera.id);
    if (old && old->adopt(camera)) return {};
    bool fresh = false;
    if (old) {
      // A view that no longer fitted and now gets new zones or another source is learned anew.
      const bool other =
          old->camera().source != camera.source || !same_zones(old->camera(), camera);
      fresh = other && old->misplaced();
      old->stop();
    } else if (count() >= kMaxCameras) {
      return make_error(ErrorCode::full, "this watcher already has 2000 cameras");
    }
    std::shared_ptr<LiveCamera> run = made(camera);
    run->start(fresh);
    {
      const std::lock_guard lock(mutex_);
      cameras_[camera.id] = std::move(run);
    }
    share_memory();
    return {};
  }

  Result<void> relearn(const domain::CameraId& id) {
    const std::lock_guard changing(changing_);
    const std::shared_ptr<LiveCamera> old = find(id);
    if (!old) return make_error(ErrorCode::not_found, "此探头没有在看", "camera");
    if (!old->relearns()) {
      return make_error(ErrorCode::not_allowed_in_state,
                        "车载探头没有固定的街景可以重学；不成立的发现请在初审时作废", "camera");
    }
    old->stop();
    std::shared_ptr<LiveCamera> run = made(old->camera());
    run->start(true);
    const std::lock_guard lock(mutex_);
    cameras_[id] = std::move(run);
    return {};
  }

  Result<void> remove(const domain::CameraId& id) {
    const std::lock_guard changing(changing_);
    const std::shared_ptr<LiveCamera> old = find(id);
    if (!old) return make_error(ErrorCode::not_found, "no camera " + id.value, "camera");
    {
      const std::lock_guard lock(mutex_);
      cameras_.erase(id);
    }
    old->stop();
    old->left();
    share_memory();
    return {};
  }

  std::shared_ptr<LiveCamera> find(const domain::CameraId& id) {
    const std::lock_guard lock(mutex_);
    const auto it = cameras_.find(id);
    return it == cameras_.end() ? nullptr : it->second;
  }

  std::vector<std::shared_ptr<LiveCamera>> all() {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<LiveCamera>> out;
    for (const auto& [id, run] : cameras_) out.push_back(run);
    return out;
  }

  void stop() {
    {
      const std::lock_guard lock(keeper_mutex_);
      if (std::exchange(stopping_, true)) return;
    }
    keeper_wake_.notify_all();
    keeper_.join();
    const std::lock_guard changing(changing_);
    for (const auto& run : all()) run->stop();
    const std::lock_guard lock(mutex_);
    cameras_.clear();
  }

  [[nodiscard]] std::size_t undelivered() const { return spool_.waiting(); }
  [[nodiscard]] std::optional<DetectCounts> detect_counts() const {
    return detect_ ? std::optional(detect_->counts()) : std::nullopt;
  }

  [[nodiscard]] WatchCosts costs() const {
    WatchCosts out;
    out.receive_cpu = reactor_.cpu();
    out.decode_cpu = Micros{costs_.decode_us};
    out.judge_cpu = Micros{costs_.judge_us} - out.decode_cpu;
    out.looks = costs_.looks;
    out.undecodable = costs_.undecodable;
    out.packets = costs_.packets;
    out.damaged_packets = costs_.damaged_packets;
    out.bytes = costs_.bytes;
    out.gaps_by_quarter_s.assign(costs_.gaps.begin(), costs_.gaps.end());
    return out;
  }

 private:
  std::shared_ptr<LiveCamera> made(const ports::CameraConfig& camera) {
    if (camera.car) return std::make_shared<vehicle::CarRun>(camera, shared_);
    return std::make_shared<CameraRun>(camera, shared_);
  }

  void share_memory() {
    const auto runs = all();
    const std::size_t share = options_.rings_bytes / std::max<std::size_t>(1, runs.size());
    for (const auto& run : runs)
      run->limit_ring(std::clamp(share, std::min(kLeastRing, options_.watch.ring_bytes),
                                 options_.watch.ring_bytes));
  }

  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return cameras_.size();
  }

  void keep() {
    std::unique_lock lock(keeper_mutex_);
    while (!keeper_wake_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_; })) {
      lock.unlock();
      for (const auto& run : all()) run->keep();
      lock.lock();
    }
  }

  const LiveOptions options_;
  const TimeLine time_;
  Spool spool_;
  std::unique_ptr<DetectQueue> detect_;  // outlives the judges that hand it pictures
  CostCounters costs_;
  JudgePool pool_;
  receive::Reactor reactor_;
  vehicle::TrackHub tracks_;
  Shared shared_;
  std::mutex changing_;  // one change of the set of cameras at a time; taken before mutex_
  std::mutex mutex_;
  std::map<domain::CameraId, std::shared_ptr<LiveCamera>> cameras_;
  std::mutex keeper_mutex_;
  std::condition_variable keeper_wake_;
  bool stopping_ = false;
  std::thread keeper_;
};

LiveWatcher::LiveWatcher(LiveOptions options, ports::Clock& clock, ports::BlobStore& blobs,
                         ports::FindingSink& sink, ports::Redactor& redactor)
    : body_(std::make_unique<Body>(std::move(options), clock, blobs, sink, redactor)) {}

LiveWatcher::~LiveWatcher() = default;

Result<void> LiveWatcher::put_camera(const ports::CameraConfig& camera) {
  return body_->put(camera);
}

Result<void> LiveWatcher::remove_camera(const domain::CameraId& id) {
  return body_->remove(id);
}

Result<void> LiveWatcher::relearn(const domain::CameraId& id) {
  return body_->relearn(id);
}

Result<std::string> LiveWatcher::live_codec(const domain::CameraId& camera) {
  const auto run = body_->find(camera);
  if (!run) return make_error(ErrorCode::not_found, "此探头没有在看", "camera");
  return run->live_codec();
}

Result<void> LiveWatcher::join_live(const domain::CameraId& camera,
                                    std::shared_ptr<ports::VideoSink> sink) {
  const auto run = body_->find(camera);
  if (!run) return make_error(ErrorCode::not_found, "此探头没有在看", "camera");
  return run->join_live(std::move(sink));
}

Result<void> LiveWatcher::request_look(const ports::LookRequest& request) {
  const auto run = body_->find(request.camera);
  if (!run) return make_error(ErrorCode::not_found, "no camera " + request.camera.value, "camera");
  return run->request_look(request);
}

Result<void> LiveWatcher::dismiss(const domain::FindingId& finding) {
  for (const auto& run : body_->all()) {
    if (run->dismiss(finding)) break;
  }
  return {};  // none open under this id: it is gone already
}

void LiveWatcher::stop() {
  body_->stop();
}

std::optional<DetectCounts> LiveWatcher::detect_counts() const {
  return body_->detect_counts();
}

WatchCosts LiveWatcher::costs() const {
  return body_->costs();
}

std::vector<CameraReport> LiveWatcher::cameras() const {
  std::vector<CameraReport> out;
  for (const auto& run : body_->all()) out.push_back(run->report());
  return out;
}

std::size_t LiveWatcher::undelivered() const {
  return body_->undelivered();
}

}  // namespace xunjie::watch
