// An evidence clip: packets copied into an MP4, nothing decoded or encoded again.
#pragma once

#include <span>

#include "base/result.h"
#include "watch/bytes.h"
#include "watch/media.h"

namespace xunjie::watch {

// The packets from the first keyframe on that lies within `longest` of the newest packet; empty
// when the group of pictures is longer than that.
std::span<const Packet> within(std::span<const Packet> packets, Micros longest);

// `packets` in order, the first a keyframe. Errors: invalid_argument (empty, no keyframe first),
// unavailable (the codec does not go into MP4).
Result<Bytes> make_clip(const StreamInfo& stream, std::span<const Packet> packets);

}  // namespace xunjie::watch
