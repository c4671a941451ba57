#include "watch/camera_source.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "watch/backoff.h"

namespace xunjie::watch {
namespace {

constexpr Micros kDamagedFor = seconds(15);

// A recorded file as a source is read at its own speed, over and over.
bool is_file(const std::string& url) {
  return url.find("://") == std::string::npos || url.rfind("file://", 0) == 0;
}

}  // namespace

CameraSource::CameraSource(const ports::CameraConfig& camera, const Shared& shared,
                           SourceEars& ears)
    : camera_(camera),
      shared_(shared),
      ears_(ears),
      ring_(shared.options.watch.ring_bytes,
            shared.options.watch.pre_roll + shared.options.watch.ring_slack) {}

CameraSource::~CameraSource() {
  stop();
}

bool CameraSource::pause(Micros span) {
  std::unique_lock lock(pause_mutex_);
  pause_.wait_for(lock, std::chrono::microseconds(span.count), [this] { return stop_.load(); });
  return !stop_;
}

void CameraSource::start() {
  last_whole_ = shared_.time.now();
  if (is_rtsp(camera_.source)) {
    const auto source = shared_.reactor.follow(camera_.source, *this);
    if (source.ok()) {
      source_ = *source;
      return;
    }
    spdlog::warn("watch: camera {}: {}", camera_.id.value, source.error().message);
    ears_.lost(told_of(source.error()));
    return;  // an address that cannot be read stays so until the camera is changed
  }
  thread_ = std::thread([this] { receive(); });
}

void CameraSource::stop() {
  if (stop_.exchange(true)) return;
  // First: after it nobody starts the thread any more.
  if (source_) shared_.reactor.leave(*source_);
  pause_.notify_all();
  if (thread_.joinable()) thread_.join();
  live_.close();
}

// --- by the reactor's thread --------------------------------------------------------------------

void CameraSource::packet(Packet packet, const StreamInfo& stream, bool opened) {
  if (opened) begin_opening();
  packet.at = shared_.time.now();
  take(std::move(packet), stream);
}

bool CameraSource::lost(const Error& error) {
  if (stop_) return false;
  if (wants_libav(error)) {
    spdlog::info("watch: camera {}: {}; libavformat reads it", camera_.id.value, error.message);
    thread_ = std::thread([this] { receive(); });
    return false;
  }
  spdlog::warn("watch: camera {}: {}", camera_.id.value, error.message);
  ears_.lost(told_of(error));
  return true;
}

// --- by a thread of its own ---------------------------------------------------------------------

void CameraSource::receive() {
  Backoff backoff(shared_.options.first_retry, shared_.options.last_retry);
  while (!stop_) {
    const UtcMicros begun = shared_.time.now();
    auto capture = Capture::open(camera_.source, shared_.options.capture, stop_);
    if (capture.ok()) {
      receive_from(**capture);
    } else if (!stop_) {
      spdlog::warn("watch: camera {}: {}", camera_.id.value, capture.error().message);
      ears_.lost(told_of(capture.error()));
    }
    if (!pause(backoff.after(shared_.time.now() - begun))) return;
  }
}

void CameraSource::receive_from(Capture& capture) {
  std::uint64_t generation = 0;
  const bool file = is_file(camera_.source);
  const UtcMicros begun = shared_.time.now();
  while (!stop_) {
    auto read = capture.read();
    if (!read.ok() || !*read) {
      if (stop_ || file) return;
      spdlog::warn("watch: camera {}: {}", camera_.id.value,
                   read.ok() ? "stream ended" : read.error().message);
      return ears_.lost("视频中断，正在重连");
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

Result<void> CameraSource::may_show_live() const {
  const auto masked = [](const ports::Zone& zone) {
    return zone.kind == ports::ZoneKind::privacy_mask;
  };
  if (std::none_of(camera_.zones.begin(), camera_.zones.end(), masked)) return {};
  return make_error(ErrorCode::not_allowed_in_state,
                    "探头画有隐私遮挡，直播会露出被遮的地方，因此不提供；可看最近画面");
}

Result<std::string> CameraSource::live_codec() {
  XUNJIE_TRY_VOID(may_show_live());
  return live_.codec(ring_);
}

Result<void> CameraSource::join_live(std::shared_ptr<ports::VideoSink> sink) {
  XUNJIE_TRY_VOID(may_show_live());
  return live_.join(std::move(sink));
}

// --- by both ------------------------------------------------------------------------------------

void CameraSource::begin_opening() {
  ring_.clear();
  live_.close();
  ears_.opened(++opening_);
}

void CameraSource::take(Packet packet, const StreamInfo& stream) {
  shared_.costs.packets.fetch_add(1, std::memory_order_relaxed);
  shared_.costs.bytes.fetch_add(packet.bytes, std::memory_order_relaxed);
  packet.clock_offset = said_offset();
  ring_.push(packet);
  if (packet.damaged) return note_damaged(packet);
  last_whole_ = packet.at;
  live_.push(packet, stream, ring_);
  ears_.took(std::move(packet), stream, opening_);
}

std::optional<Micros> CameraSource::said_offset() const {
  const std::int64_t offset = clock_offset_us_;
  return offset == INT64_MIN ? std::nullopt : std::optional(Micros{offset});
}

// Nothing whole for long: the camera sees nothing, whatever arrives.
void CameraSource::note_damaged(const Packet& packet) {
  shared_.costs.damaged_packets.fetch_add(1, std::memory_order_relaxed);
  if (packet.at - last_whole_ < kDamagedFor) return;
  last_whole_ = packet.at;
  ears_.lost("收到的视频数据残缺，无法判断");
}

}  // namespace xunjie::watch
