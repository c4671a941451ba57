// An evidence clip: packets copied into an MP4, nothing decoded or encoded again.
#pragma once

#include <span>

#include "base/result.h"
#include "watch/bytes.h"
#include "watch/media.h"

namespace xunjie::watch {

// `packets` in order, the first a keyframe. Errors: invalid_argument (empty, no keyframe first),
// unavailable (the codec does not go into MP4).
Result<Bytes> make_clip(const StreamInfo& stream, std::span<const Packet> packets);

}  // namespace xunjie::watch
