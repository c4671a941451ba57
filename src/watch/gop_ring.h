// The newest packets of one camera, undecoded, in whole groups of pictures: what an evidence clip
// is copied from and what a look between keyframes is decoded from.
//
// Bounds: `bytes`, and `span` of time: a group goes when the one after it already reaches back that
// far, so that many cameras at low rates fit into memory. When full the oldest group goes; a single
// group larger than the bound loses its own head, after which looks and clips wait for the next
// keyframe. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "watch/media.h"

namespace xunjie::watch {

class GopRing {
 public:
  // `span` zero: bounded by bytes only.
  explicit GopRing(std::size_t bytes, Micros span = {}) : limit_(bytes), span_(span) {}

  void push(Packet packet);
  void clear();
  // Another bound, from the next packet on.
  void limit(std::size_t bytes);
  // Packets after `number` in order; when `number` is 0 or already dropped: from the newest
  // keyframe. Empty when there is no way to decode up to the newest packet.
  [[nodiscard]] std::vector<Packet> run_after(std::uint64_t number) const {
    return run_to(number, UINT64_MAX);
  }
  // The same up to packet `last` in place of the newest, which may have come since.
  [[nodiscard]] std::vector<Packet> run_to(std::uint64_t number, std::uint64_t last) const;
  // From the last keyframe at or before `from` (else the oldest keyframe kept) to the newest
  // packet, leaving out whole older groups until at most `bytes` remain. Starts on a keyframe or is
  // empty.
  [[nodiscard]] std::vector<Packet> clip_from(UtcMicros from, std::size_t bytes) const;
  [[nodiscard]] std::size_t bytes() const;       // what the bound counts
  [[nodiscard]] std::size_t held_bytes() const;  // with what packets cost beside their bytes

 private:
  void drop_oldest_group();
  void drop_too_old();

  std::size_t limit_;
  const Micros span_;
  mutable std::mutex mutex_;
  std::deque<Packet> packets_;
  std::deque<UtcMicros> keys_;  // times of the keyframes among them
  std::size_t bytes_ = 0;
};

}  // namespace xunjie::watch
