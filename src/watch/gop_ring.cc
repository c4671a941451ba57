#include "watch/gop_ring.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace xunjie::watch {
namespace {

// What a packet costs beside its bytes: the AVPacket, its references, the entry here.
constexpr std::size_t kBookkeeping = 320;

bool is_key(const Packet& packet) {
  return packet.key;
}

}  // namespace

void GopRing::push(Packet packet) {
  const std::lock_guard lock(mutex_);
  bytes_ += packet.bytes;
  const bool key = packet.key;
  if (key) keys_.push_back(packet.at);
  packets_.push_back(std::move(packet));
  if (key && span_ > Micros{}) drop_too_old();
  while (bytes_ > limit_ && packets_.size() > 1) drop_oldest_group();
}

void GopRing::drop_oldest_group() {
  const auto next = std::find_if(std::next(packets_.begin()), packets_.end(), is_key);
  // One group alone over the bound: only its head goes, so that a decoder already past it can go
  // on.
  const auto end = next == packets_.end() ? std::next(packets_.begin()) : next;
  for (auto it = packets_.begin(); it != end; ++it) {
    bytes_ -= it->bytes;
    if (it->key) keys_.pop_front();
  }
  packets_.erase(packets_.begin(), end);
}

// Asked at keyframes only: between them no group can become superfluous.
void GopRing::drop_too_old() {
  const UtcMicros oldest_needed = packets_.back().at - span_;
  while (keys_.size() >= 2 && keys_[1] <= oldest_needed) drop_oldest_group();
}

void GopRing::limit(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  limit_ = bytes;
}

void GopRing::clear() {
  const std::lock_guard lock(mutex_);
  packets_.clear();
  keys_.clear();
  bytes_ = 0;
}

std::vector<Packet> GopRing::run_to(std::uint64_t number, std::uint64_t last) const {
  const std::lock_guard lock(mutex_);
  const auto end =
      std::partition_point(packets_.begin(), packets_.end(),
                           [&](const Packet& packet) { return packet.number <= last; });
  const auto newest_key = std::find_if(std::make_reverse_iterator(end), packets_.rend(), is_key);
  if (end == packets_.begin()) return {};
  auto start = end;
  if (newest_key != packets_.rend()) start = std::prev(newest_key.base());
  const std::uint64_t first = packets_.front().number;
  const std::uint64_t key_number = start == end ? 0 : start->number;
  // Going on where the decoder stands is cheaper, unless a newer keyframe makes it unnecessary.
  if (number != 0 && number + 1 >= first && number >= key_number) {
    start = std::find_if(packets_.begin(), end,
                         [&](const Packet& packet) { return packet.number > number; });
  }
  return {start, end};
}

std::vector<Packet> GopRing::clip_from(UtcMicros from, std::size_t bytes) const {
  const std::lock_guard lock(mutex_);
  auto start = packets_.end();
  std::size_t kept = 0;
  for (auto it = packets_.rbegin(); it != packets_.rend(); ++it) {
    kept += it->bytes;
    if (!it->key) continue;
    if (kept > bytes && start != packets_.end()) break;
    start = std::prev(it.base());
    if (it->at <= from) break;
  }
  return {start, packets_.end()};
}

std::size_t GopRing::held_bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_ + packets_.size() * kBookkeeping;
}

std::size_t GopRing::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace xunjie::watch
