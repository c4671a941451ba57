// The part of CarRun that says how it is and keeps what it knows.
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "watch/vehicle/car_run.h"

namespace xunjie::watch::vehicle {
namespace {

using ports::CameraState;

constexpr double kFarFromHomeM = 100'000;

std::filesystem::path state_path(const LiveOptions& options, const domain::CameraId& id) {
  return options.state_dir / "cameras" / (id.value + ".drive");
}

std::filesystem::path sights_path(const LiveOptions& options, const domain::CameraId& id) {
  return options.state_dir / "cameras" / (id.value + ".sights");
}

}  // namespace

// --- health -------------------------------------------------------------------------------------

// What is known without a look; nothing when the looks themselves say how it is.
std::optional<Verdict> CarRun::trouble(UtcMicros now) {
  std::string lost;
  bool flowing = false;
  {
    const std::lock_guard lock(incoming_mutex_);
    lost = lost_;
    flowing = flowing_;
  }
  if (!lost.empty()) return Verdict{CameraState::lost, lost};
  if (shared_.detect == nullptr) {
    return Verdict{CameraState::no_model,
                   "没有检测模型，车载探头无法判断：请用 serve --model 指定模型后重新启动"};
  }
  if (undecodable_) return Verdict{CameraState::lost, "收到的视频数据无法解码"};
  const Micros stale = shared_.options.car.track_stale;
  const auto ends = track_->ends();
  if (!ends || now - *ends > stale) {
    if (now - begun_ <= stale) return std::nullopt;  // it has hardly had time to come
    return Verdict{CameraState::no_position, track_trouble()};
  }
  const auto state = health_.state();
  const bool over = !state || state == CameraState::lost || state == CameraState::no_position;
  return flowing && over ? std::optional(Verdict{}) : std::nullopt;
}

std::string CarRun::track_trouble() const {
  if (const auto gap = track_->clock_gap()) {
    return "定位时间与本机时钟相差 " + std::to_string(std::abs(gap->count) / 1'000'000) +
           " 秒，请校准时钟；暂停判断";
  }
  switch (feed_ ? feed_->state() : FeedState::connecting) {
    case FeedState::connecting:
      return "连不上车辆定位设备，正在重连；暂停判断";
    case FeedState::silent:
      return "车辆定位设备没有送来数据；暂停判断";
    case FeedState::no_fix:
      return "车辆定位设备没有卫星定位；暂停判断";
    case FeedState::flowing:
      break;
  }
  return "车辆定位中断；暂停判断";
}

// --- memory -------------------------------------------------------------------------------------

void CarRun::load(bool fresh) {
  const auto& car = shared_.options.car;
  LiveDriveOptions options;
  options.settle = car.settle;
  options.rest = car.rest;
  options.patience = car.patience;
  if (shared_.detect != nullptr)
    options.drive = drive_options(std::move(options.drive), shared_.detect->info());
  const auto path = state_path(shared_.options, camera_.id);
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  auto loaded = load_drive(path, shared_.time.now(), options.drive);
  if (loaded.ok() && domain::distance_m(loaded->origin, camera_.position) > kFarFromHomeM) {
    loaded = make_error(ErrorCode::corrupt,
                        "what this car's camera knew lies "
                        "100 km and more from where it is registered");
  }
  if (!loaded.ok() && loaded.error().code != ErrorCode::not_found) {
    spdlog::warn("watch: camera {}: {}; {} is put aside, the streets are learned anew",
                 camera_.id.value, loaded.error().message, path.filename().string());
    std::filesystem::rename(path, path.string() + ".unfit", error);
  }
  last_item_ = loaded.ok() ? loaded->last_item : 0;
  shared_.spool.settle(camera_.id, loaded.ok() ? last_item_ : UINT64_MAX);
  drive_.emplace(camera_, loaded.ok() ? loaded->origin : camera_.position, options, shared_.time,
                 FirstSights(sights_path(shared_.options, camera_.id), car.first_sights_bytes));
  if (loaded.ok() && !fresh) drive_->restore(std::move(*loaded));
}

// Nobody would drop them in time any more.
void CarRun::left() {
  std::error_code error;
  std::filesystem::remove_all(sights_path(shared_.options, camera_.id), error);
}

void CarRun::save() {
  DriveMemory memory = drive_->memory();
  memory.last_item = last_item_;
  const auto saved = save_drive(state_path(shared_.options, camera_.id), memory);
  if (!saved.ok())
    spdlog::error("watch: camera {}: {} ({})", camera_.id.value, saved.error().message,
                  saved.error().detail);
}

}  // namespace xunjie::watch::vehicle
