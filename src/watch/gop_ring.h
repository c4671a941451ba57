// The newest packets of one camera, undecoded, in whole groups of pictures: what an evidence clip
// is copied from and what a look between keyframes is decoded from.
//
// Bound: `bytes`. When full the oldest group goes; a single group larger than the bound loses its
// own head, after which looks and clips wait for the next keyframe. Thread-safe.
#pragma once

#include <deque>
#include <mutex>
#include <vector>

#include "watch/media.h"

namespace xunjie::watch {

class GopRing {
 public:
  explicit GopRing(std::size_t bytes) : limit_(bytes) {}

  void push(Packet packet);
  void clear();
  // Packets after `number` in order; when `number` is 0 or already dropped: from the newest
  // keyframe. Empty when there is no way to decode up to the newest packet.
  [[nodiscard]] std::vector<Packet> run_after(std::uint64_t number) const;
  // From the last keyframe at or before `from` (else the oldest keyframe kept) to the newest
  // packet, leaving out whole older groups until at most `bytes` remain. Starts on a keyframe or is
  // empty.
  [[nodiscard]] std::vector<Packet> clip_from(UtcMicros from, std::size_t bytes) const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  void drop_oldest_group();

  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::deque<Packet> packets_;
  std::size_t bytes_ = 0;
};

}  // namespace xunjie::watch
