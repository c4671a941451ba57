// A recorded video, packed into interleaved RTP once for all clients.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace xunjie::bench {

struct RtpPiece {
  std::size_t begin = 0, size = 0;  // of Recording::bytes, "$" header included
};

struct Picture {
  Micros at;  // since the first one
  bool key = false;
  std::vector<RtpPiece> pieces;
};

struct Recording {
  std::string bytes;  // sequence number, time stamp and SSRC are left 0
  std::vector<Picture> pictures;
  Micros length;
  std::string sdp;
};

// Errors: unavailable (unreadable, or neither H.264 nor H.265).
Result<Recording> read_recording(const std::string& path);

}  // namespace xunjie::bench
