// A session description (RFC 4566) as far as a camera's video needs it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace xunjie::watch::receive {

enum class VideoCodec { h264, h265 };

struct VideoTrack {
  VideoCodec codec = VideoCodec::h264;
  int payload_type = 96;
  int clock_rate = 90'000;
  std::string control;                       // as written; relative to the session's
  std::vector<std::uint8_t> parameter_sets;  // VPS, SPS, PPS with start codes; may be empty
  double fps = 0;                            // 0: not said
};

struct SessionDescription {
  std::string control;  // as written, empty or "*": the address it was described at
  VideoTrack video;
};

// The first video track in H.264 or H.265. Errors: corrupt (no description), unavailable (no
// video), invalid_argument with field "codec" (video, but in none of the two).
Result<SessionDescription> parse_sdp(std::string_view text);

}  // namespace xunjie::watch::receive
