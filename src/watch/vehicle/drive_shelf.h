// Evidence of a pass under way: pictures that may be needed once it has ended, and the video around
// them.
//
// A finding is known only when the pass is over, long after the packets of the moment have left the
// ring. So a look that shows something leaves its picture here as a sealed original, and the groups
// of pictures around it undecoded. Bounds: `bytes` of pictures and as many of packets. When full
// the picture goes whose neighbours are nearest in time, and the oldest groups; a finding then
// shows another moment, or goes without a clip. Not thread-safe.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "watch/item_evidence.h"
#include "watch/vehicle/mounting.h"

namespace xunjie::watch::vehicle {

class DriveShelf {
 public:
  struct Shown {
    UtcMicros at;
    SpoolItem::Picture picture;  // without role and box
    std::optional<View> view;
  };

  // For pictures, and again for packets.
  void limit(std::size_t bytes) { bytes_ = bytes; }

  void add(Shown shown);
  // Packets of one opening of the source from a keyframe on; those already here are passed over.
  void add(const std::vector<Packet>& packets, const StreamInfo& stream, std::uint64_t opening);

  [[nodiscard]] bool has(UtcMicros at) const;
  // The picture taken at this time; nullopt: it is gone.
  [[nodiscard]] std::optional<SpoolItem::Picture> at(
      UtcMicros at, domain::PictureRole role, const std::optional<domain::PictureBox>& box) const;
  // The one that shows this place nearest to its middle, of those that show it at all.
  [[nodiscard]] std::optional<SpoolItem::Picture> showing(Metres2 place,
                                                          domain::PictureRole role) const;
  // The video from a keyframe before `from` to `until`, as far as it hangs together.
  struct Run {
    StreamInfo stream;
    std::vector<Packet> packets;
  };
  [[nodiscard]] Run run(UtcMicros from, UtcMicros until) const;

  // What is older will not be asked for any more.
  void forget_before(UtcMicros at);
  [[nodiscard]] std::size_t pictures() const { return shown_.size(); }

 private:
  struct Kept {
    Packet packet;
    StreamInfo stream;
    std::uint64_t opening = 0;
  };
  void drop_oldest_group();

  std::size_t bytes_ = 16U << 20U;
  std::vector<Shown> shown_;  // in order of time
  std::size_t shown_bytes_ = 0;
  std::deque<Kept> kept_;
  std::size_t kept_bytes_ = 0;
};

// Whether the place lies well inside what this view shows, near enough to tell what stands there.
bool shows_place(const View& view, Metres2 place);

}  // namespace xunjie::watch::vehicle
