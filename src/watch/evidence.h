// Stills of a finding: what the street looked like before, when the thing arrived, and now.
//
// What is made here are originals: sealed, hashed (seal.h) and shown to few. Copies that leave,
// with faces blurred and the box drawn, are made out of them elsewhere (ports/redactor.h).
//
// A still is kept undecoded where it was a keyframe, and made into a JPEG only when a finding needs
// it. Privacy masks are painted out before any picture is encoded, so no stored picture shows what
// they cover. Not thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "ports/watching.h"
#include "watch/bytes.h"
#include "watch/media.h"

namespace xunjie::watch {

// One picture of the camera in one of three forms.
struct Still {
  UtcMicros at;
  std::optional<Micros> clock_offset;  // see Packet
  StreamInfo stream;
  std::optional<Packet> key;  // an undecoded keyframe
  FramePtr frame;             // decoded between keyframes
  Bytes jpeg;                 // from the state file; masks already painted
};
using StillPtr = std::shared_ptr<const Still>;

// The sealed original: a JPEG with the masks painted out. Errors: corrupt (does not decode).
Result<Bytes> original_of(const Still& still, const std::vector<ports::Zone>& zones);

// A small JPEG (at most 640 pixels wide) of a frame just decoded, masks painted; empty when it
// fails.
Bytes thumbnail_of(const AVFrame& frame, const std::vector<ports::Zone>& zones);

// The polygons of the zones nobody may look into.
std::vector<domain::PicturePolygon> masks_of(const std::vector<ports::Zone>& zones);

}  // namespace xunjie::watch
