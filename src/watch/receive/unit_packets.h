// Access units into libav packets, and what is known of the stream. Nothing is handed on before the
// first sound keyframe: only it tells the size of the picture.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "watch/media.h"
#include "watch/media_clock.h"
#include "watch/receive/access_units.h"

struct AVBufferRef;

namespace xunjie::watch::receive {

class UnitPackets {
 public:
  explicit UnitPackets(const VideoTrack& track);

  // The packet of a unit; nothing while the first keyframe is awaited or memory is short. A damaged
  // keyframe is no keyframe, and whatever refers to something lost is damaged until the next sound
  // one.
  std::optional<Packet> take(const AccessUnit& unit);
  [[nodiscard]] const StreamInfo& stream() const { return stream_; }
  // Counts up from 1 with every change of the stream (new parameter sets); 0 before the first.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }

 private:
  struct Unref {
    void operator()(AVBufferRef* block) const;
  };
  bool describe(const AccessUnit& unit);
  std::shared_ptr<AVPacket> packet_of(ByteView bytes, bool alone);
  std::optional<std::int64_t> stamp_of(std::uint32_t timestamp);

  VideoTrack track_;
  StreamInfo stream_;
  std::vector<std::uint8_t> carried_;  // parameter sets as last seen within the stream
  std::uint64_t generation_ = 0, number_ = 0;
  MediaClock clock_;
  std::optional<std::uint32_t> last_stamp_;
  std::int64_t stamp_us_ = 0, rest_ = 0;
  bool broken_ = false;
  std::unique_ptr<AVBufferRef, Unref> block_;  // small units go here, as far as `used_`
  std::size_t used_ = 0;
};

}  // namespace xunjie::watch::receive
