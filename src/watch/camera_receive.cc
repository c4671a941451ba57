// The receiving half of CameraRun: connection, ring, and handing looks to the judges.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "watch/camera_run.h"

namespace xunjie::watch {
namespace {

constexpr Micros kDamagedFor = seconds(15);

// A recorded file as a source is read at its own speed, over and over.
bool is_file(const std::string& url) {
  return url.find("://") == std::string::npos || url.rfind("file://", 0) == 0;
}

Micros jittered(Micros span) {
  static thread_local std::minstd_rand random(std::random_device{}());
  return Micros{span.count / 2 + static_cast<std::int64_t>(
                                     random() % static_cast<unsigned long>(span.count / 2 + 1))};
}

}  // namespace

bool CameraRun::pause(Micros span) {
  std::unique_lock lock(pause_mutex_);
  pause_.wait_for(lock, std::chrono::microseconds(span.count), [this] { return stop_.load(); });
  return !stop_;
}

void CameraRun::begin_receiving() {
  last_whole_ = shared_.time.now();
  if (is_rtsp(camera_.source)) {
    const auto source = shared_.reactor.follow(camera_.source, *this);
    if (source.ok()) {
      source_ = *source;
      return;
    }
    spdlog::warn("watch: camera {}: {}", camera_.id.value, source.error().message);
    lose(told_of(source.error()));
    return;  // an address that cannot be read stays so until the camera is changed
  }
  thread_ = std::thread([this] { receive(); });
}

void CameraRun::end_receiving() {
  // First: after it nobody starts the thread any more.
  if (source_) shared_.reactor.leave(*source_);
  pause_.notify_all();
  if (thread_.joinable()) thread_.join();
}

// --- by the reactor's thread --------------------------------------------------------------------

void CameraRun::packet(Packet packet, const StreamInfo& stream, bool opened) {
  if (opened) begin_opening();
  packet.at = shared_.time.now();
  take(std::move(packet), stream);
}

bool CameraRun::lost(const Error& error) {
  if (stop_) return false;
  if (wants_libav(error)) {
    spdlog::info("watch: camera {}: {}; libavformat reads it", camera_.id.value, error.message);
    thread_ = std::thread([this] { receive(); });
    return false;
  }
  spdlog::warn("watch: camera {}: {}", camera_.id.value, error.message);
  lose(told_of(error));
  return true;
}

// --- by a thread of its own ---------------------------------------------------------------------

void CameraRun::receive() {
  Micros retry = shared_.options.first_retry;
  while (!stop_) {
    const UtcMicros begun = shared_.time.now();
    auto capture = Capture::open(camera_.source, shared_.options.capture, stop_);
    if (capture.ok()) {
      receive_from(**capture);
    } else if (!stop_) {
      spdlog::warn("watch: camera {}: {}", camera_.id.value, capture.error().message);
      lose(told_of(capture.error()));
    }
    // A connection that held for a while was sound: start over with short pauses.
    if (shared_.time.now() - begun > shared_.options.last_retry)
      retry = shared_.options.first_retry;
    if (!pause(jittered(retry))) return;
    retry = std::min(retry * 2, shared_.options.last_retry);
  }
}

void CameraRun::receive_from(Capture& capture) {
  std::uint64_t generation = 0;
  const bool file = is_file(camera_.source);
  const UtcMicros begun = shared_.time.now();
  while (!stop_) {
    auto read = capture.read();
    if (!read.ok() || !*read) {
      if (stop_ || file) return;
      spdlog::warn("watch: camera {}: {}", camera_.id.value,
                   read.ok() ? "stream ended" : read.error().message);
      return lose("视频中断，正在重连");
    }
    if (std::exchange(generation, capture.generation()) != capture.generation()) begin_opening();
    Packet packet = std::move(**read);
    if (file) {
      const Micros early = (begun + packet.media) - shared_.time.now();
      if (early > Micros{} && !pause(early)) return;
    }
    packet.at = shared_.time.now();
    if (const auto offset = capture.clock_offset()) clock_offset(*offset);
    take(std::move(packet), capture.stream());
  }
}

Result<void> CameraRun::may_show_live() const {
  const auto masked = [](const ports::Zone& zone) {
    return zone.kind == ports::ZoneKind::privacy_mask;
  };
  if (std::none_of(camera_.zones.begin(), camera_.zones.end(), masked)) return {};
  return make_error(ErrorCode::not_allowed_in_state,
                    "探头画有隐私遮挡，直播会露出被遮的地方，因此不提供；可看最近画面");
}

Result<std::string> CameraRun::live_codec() {
  XUNJIE_TRY_VOID(may_show_live());
  return live_.codec(ring_);
}

Result<void> CameraRun::join_live(std::shared_ptr<ports::VideoSink> sink) {
  XUNJIE_TRY_VOID(may_show_live());
  return live_.join(std::move(sink));
}

// --- by both ------------------------------------------------------------------------------------

// Packets from now on have nothing to do with those before.
void CameraRun::begin_opening() {
  ring_.clear();
  live_.close();
  const std::lock_guard lock(clock_mutex_);
  ++opening_;
  job_.reset();
}

void CameraRun::take(Packet packet, const StreamInfo& stream) {
  shared_.costs.packets.fetch_add(1, std::memory_order_relaxed);
  shared_.costs.bytes.fetch_add(packet.bytes, std::memory_order_relaxed);
  packet.clock_offset = clock_offset();
  ring_.push(packet);
  if (packet.damaged) return note_damaged(packet);
  last_whole_ = packet.at;
  live_.push(packet, stream, ring_);
  {
    const std::lock_guard lock(clock_mutex_);
    clock_.stretch(shared_.pool.stretch());
    if (!clock_.due(packet)) return;
    job_ = Job{std::move(packet), stream, opening_};
  }
  shared_.pool.submit(shared_from_this());
}

std::optional<Micros> CameraRun::clock_offset() const {
  const std::int64_t offset = clock_offset_us_;
  return offset == INT64_MIN ? std::nullopt : std::optional(Micros{offset});
}

// Nothing whole for long: the camera sees nothing, whatever arrives.
void CameraRun::note_damaged(const Packet& packet) {
  shared_.costs.damaged_packets.fetch_add(1, std::memory_order_relaxed);
  if (packet.at - last_whole_ < kDamagedFor) return;
  last_whole_ = packet.at;
  lose("收到的视频数据残缺，无法判断");
}

CameraReport CameraRun::report() {
  CameraReport out{.id = camera_.id, .ring_bytes = ring_.held_bytes()};
  out.clock_offset = clock_offset();
  const std::lock_guard lock(clock_mutex_);
  out.period = clock_.period();
  if (last_look_) out.since_look = shared_.time.now() - *last_look_;
  return out;
}

// Told by a judge: reporting waits for the store, and who receives must not.
void CameraRun::lose(const std::string& message) {
  {
    const std::lock_guard lock(clock_mutex_);
    lost_ = message;
  }
  shared_.pool.submit(shared_from_this());
}

void CameraRun::report_lost(const std::string& message) {
  live_.close();
  std::optional<ports::CameraHealth> report;
  {
    const std::lock_guard lock(judging_);
    const UtcMicros now = shared_.time.now();
    if (const auto change = health_.lost(message, now)) {
      health_message_ = message;
      report = health_report(change->state, message, now);
    }
  }
  send(std::move(report), {}, {});
}

}  // namespace xunjie::watch
