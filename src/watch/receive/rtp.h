// RTP packets and RTCP reports (RFC 3550), read in place.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/time.h"

namespace xunjie::watch::receive {

using ByteView = std::span<const std::uint8_t>;

struct RtpPacket {
  bool marker = false;
  int payload_type = 0;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t source = 0;  // SSRC
  ByteView payload;          // within the bytes given; without padding
};

// Nothing when it is no RTP version 2 packet or its lengths do not fit.
std::optional<RtpPacket> parse_rtp(ByteView bytes);

// What the other side says about its clock: `wall` belongs to `timestamp`.
struct SenderReport {
  std::uint32_t source = 0;
  UtcMicros wall;
  std::uint32_t timestamp = 0;
};

struct RtcpNews {
  std::optional<SenderReport> report;
  bool bye = false;
};
// All reports of a compound packet; what does not fit is passed over.
RtcpNews parse_rtcp(ByteView bytes);

}  // namespace xunjie::watch::receive
