#include "watch/receive/rtp.h"

namespace xunjie::watch::receive {
namespace {

constexpr std::uint8_t kSenderReport = 200, kBye = 203;
constexpr std::int64_t kNtpToUnix = 2'208'988'800;  // seconds from 1900 to 1970, RFC 868

std::uint32_t big16(ByteView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 8U | bytes[at + 1];
}

std::uint32_t big32(ByteView bytes, std::size_t at) {
  return big16(bytes, at) << 16U | big16(bytes, at + 2);
}

SenderReport sender_report(ByteView bytes) {
  SenderReport out;
  out.source = big32(bytes, 4);
  const auto fraction =
      static_cast<std::int64_t>((static_cast<std::uint64_t>(big32(bytes, 12)) * 1'000'000) >> 32U);
  const std::int64_t whole = static_cast<std::int64_t>(big32(bytes, 8)) - kNtpToUnix;
  out.wall = UtcMicros{whole * 1'000'000 + fraction};
  out.timestamp = big32(bytes, 16);
  return out;
}

}  // namespace

std::optional<RtpPacket> parse_rtp(ByteView bytes) {
  if (bytes.size() < 12 || bytes[0] >> 6U != 2) return std::nullopt;
  RtpPacket out;
  std::size_t head = 12 + 4 * (bytes[0] & 15U);
  if ((bytes[0] & 0x10U) != 0) {
    if (bytes.size() < head + 4) return std::nullopt;
    head += 4 + 4 * big16(bytes, head + 2);
  }
  if (bytes.size() < head) return std::nullopt;
  out.marker = (bytes[1] & 0x80U) != 0;
  out.payload_type = bytes[1] & 0x7f;
  out.sequence = static_cast<std::uint16_t>(big16(bytes, 2));
  out.timestamp = big32(bytes, 4);
  out.source = big32(bytes, 8);
  out.payload = bytes.subspan(head);
  if ((bytes[0] & 0x20U) != 0) {
    const std::size_t padding = out.payload.empty() ? 0 : out.payload.back();
    if (padding == 0 || padding > out.payload.size()) return std::nullopt;
    out.payload = out.payload.first(out.payload.size() - padding);
  }
  return out;
}

RtcpNews parse_rtcp(ByteView bytes) {
  RtcpNews out;
  while (bytes.size() >= 4 && bytes[0] >> 6U == 2) {
    const std::size_t length = 4 + 4 * static_cast<std::size_t>(big16(bytes, 2));
    if (length > bytes.size()) break;
    if (bytes[1] == kSenderReport && length >= 28) out.report = sender_report(bytes.first(length));
    if (bytes[1] == kBye) out.bye = true;
    bytes = bytes.subspan(length);
  }
  return out;
}

}  // namespace xunjie::watch::receive
