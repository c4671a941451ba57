// libav objects under shared ownership, without its headers: a packet or frame is written once and
// then read by several threads (ring, judge, clip).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/time.h"

struct AVCodecParameters;
struct AVFrame;
struct AVPacket;

namespace xunjie::watch {

using FramePtr = std::shared_ptr<AVFrame>;

struct StreamInfo {
  std::shared_ptr<AVCodecParameters> codec;
  int time_base_num = 1, time_base_den = 1'000'000;
  double fps = 25;  // nominal; only for clips of packets without durations
};

// One undecoded video packet.
struct Packet {
  std::shared_ptr<const AVPacket> data;
  std::uint64_t number = 0;  // 1, 2, 3 … within one opening of the source
  std::size_t bytes = 0;
  Micros media;  // presentation time since the source's first packet
  UtcMicros at;  // on the camera's time line
  bool key = false;
  bool damaged = false;  // it, or something it refers to, is incomplete: never judged
  // The camera's own clock minus ours, as it had last said by then (RTCP sender reports); nullopt:
  // nothing yet.
  std::optional<Micros> clock_offset;
};

}  // namespace xunjie::watch
