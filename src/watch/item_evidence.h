// Pictures and clips of a live camera as they go into a spool item, named by their hash at once.
#pragma once

#include <optional>
#include <span>

#include "watch/evidence.h"
#include "watch/options.h"
#include "watch/spool.h"
#include "watch/time_line.h"

namespace xunjie::watch {

// Nothing when the picture is damaged: the finding goes without it.
std::optional<SpoolItem::Picture> picture_item(const Still& still,
                                               const std::vector<ports::Zone>& zones,
                                               domain::PictureRole role,
                                               const std::optional<domain::PictureBox>& box,
                                               const TimeLine& time);
// Errors: as make_clip.
Result<SpoolItem::Clip> clip_item(const StreamInfo& stream, std::span<const Packet> packets,
                                  const std::vector<ports::Zone>& zones, const TimeLine& time);

}  // namespace xunjie::watch
