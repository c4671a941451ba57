// Decodes single keyframes, and where a source's keyframes are too far apart for the clock, on
// through the group to the newest packet. One per camera; one thread at a time.
#pragma once

#include <memory>
#include <span>

#include "base/result.h"
#include "watch/media.h"

struct AVCodecContext;

namespace xunjie::watch {

class Decoder {
 public:
  // Errors: unavailable (no decoder for this codec).
  static Result<Decoder> open(const StreamInfo& stream);

  // The picture of one keyframe; `full` costs a quarter more and has no block edges. Errors:
  // corrupt.
  Result<FramePtr> decode_key(const Packet& packet, bool full = false);
  // Goes on with packets that follow what was decoded before (or start on a keyframe) and returns
  // the newest picture; it may lag the newest packet by the codec's delay. Errors: corrupt.
  Result<FramePtr> decode_run(std::span<const Packet> packets);
  // The last packet decode_run was given; 0 when it must start on a keyframe.
  [[nodiscard]] std::uint64_t position() const { return position_; }

 private:
  using Context = std::unique_ptr<AVCodecContext, void (*)(AVCodecContext*)>;
  explicit Decoder(Context context) : context_(std::move(context)) {}
  FramePtr receive_all();

  Context context_;
  std::uint64_t position_ = 0;
};

// Decodes one keyframe at full quality with a decoder of its own, for stills.
Result<FramePtr> decode_still(const StreamInfo& stream, const Packet& packet);

}  // namespace xunjie::watch
