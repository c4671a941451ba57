#include "watch/live_fan.h"

#include <algorithm>
#include <utility>

namespace xunjie::watch {
namespace {

Error nothing_comes() {
  return make_error(ErrorCode::unavailable, "探头现在没有画面传来，请稍后再看");
}

const Packet* newest_key(const std::vector<Packet>& run) {
  return run.empty() || !run.front().key ? nullptr : &run.front();
}

}  // namespace

void LiveFan::push(const Packet& packet, const StreamInfo& stream, const GopRing& ring) {
  const std::lock_guard lock(mutex_);
  if (!stream_ || stream_->codec != stream.codec) stream_ = stream;
  std::erase_if(viewers_, [&](Viewer& viewer) {
    if (give(viewer, packet)) return false;
    viewer.sink->close();
    return true;
  });
  admit(ring);
}

std::vector<std::shared_ptr<ports::VideoSink>> LiveFan::take_joining() {
  const std::lock_guard lock(joining_mutex_);
  present_ = viewers_.size() + joining_.size();
  return std::exchange(joining_, {});
}

void LiveFan::admit(const GopRing& ring) {
  auto joining = take_joining();
  if (joining.empty()) return;
  auto run = ring.run_after(0);
  std::size_t bytes = 0;
  for (const Packet& packet : run) bytes += packet.bytes;
  if (bytes > kBacklogMax) run.clear();
  for (auto& sink : joining) {
    Viewer viewer{std::move(sink), nullptr, 0};
    const bool taken = std::all_of(run.begin(), run.end(),
                                   [&](const Packet& packet) { return give(viewer, packet); });
    if (taken)
      viewers_.push_back(std::move(viewer));
    else
      viewer.sink->close();
  }
}

bool LiveFan::give(Viewer& viewer, const Packet& packet) const {
  if (packet.number <= viewer.last) return true;  // came with the ring's group already
  if (!viewer.film) {
    if (!packet.key) return true;
    auto film = LiveFilm::start(*stream_, packet);
    if (!film) return false;
    viewer.film = std::move(*film);
  }
  viewer.last = packet.number;
  auto bytes = viewer.film->add(packet);
  if (!bytes) return false;
  return bytes->empty() ||
         viewer.sink->push(std::make_shared<const std::string>(std::move(*bytes)));
}

void LiveFan::close() {
  const std::lock_guard lock(mutex_);
  for (const Viewer& viewer : viewers_) viewer.sink->close();
  viewers_.clear();
  for (const auto& sink : take_joining()) sink->close();
  stream_.reset();
}

Result<std::string> LiveFan::codec(const GopRing& ring) const {
  const std::lock_guard lock(mutex_);
  if (!stream_) return nothing_comes();
  const auto run = ring.run_after(0);
  return live_codec_of(*stream_, newest_key(run));
}

std::size_t LiveFan::viewers() const {
  const std::lock_guard lock(mutex_);
  return viewers_.size();
}

Result<void> LiveFan::join(std::shared_ptr<ports::VideoSink> sink) {
  const std::lock_guard lock(joining_mutex_);
  if (present_ + joining_.size() >= kViewersMax)
    return make_error(ErrorCode::unavailable, "同时观看这个探头的人已达上限，请稍后再看");
  joining_.push_back(std::move(sink));
  return {};
}

}  // namespace xunjie::watch
