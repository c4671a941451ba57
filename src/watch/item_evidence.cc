#include "watch/item_evidence.h"

#include <utility>

#include "watch/clip.h"
#include "watch/seal.h"

namespace xunjie::watch {

std::optional<SpoolItem::Picture> picture_item(const Still& still,
                                               const std::vector<ports::Zone>& zones,
                                               domain::PictureRole role,
                                               const std::optional<domain::PictureBox>& box,
                                               const TimeLine& time) {
  auto original = original_of(still, zones);
  if (!original.ok()) return std::nullopt;
  const auto hash = hash_of(*original);
  return SpoolItem::Picture{.role = role,
                            .taken_at = time.to_wall(still.at),
                            .original = std::move(*original),
                            .hash = hash,
                            .box = box,
                            .clock_offset = still.clock_offset};
}

Result<SpoolItem::Clip> clip_item(const StreamInfo& stream, std::span<const Packet> packets,
                                  const std::vector<ports::Zone>& zones, const TimeLine& time) {
  XUNJIE_TRY(bytes, make_clip(stream, packets));
  SpoolItem::Clip clip{.bytes = std::move(bytes),
                       .hash = {},
                       .from = time.to_wall(packets.front().at),
                       .until = time.to_wall(packets.back().at),
                       .clock_offset = packets.back().clock_offset,
                       .masks = masks_of(zones)};
  if (clip.masks.empty()) clip.hash = hash_of(clip.bytes);
  return clip;
}

}  // namespace xunjie::watch
