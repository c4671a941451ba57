// RTP payloads of H.264 (RFC 6184: single NAL units, STAP-A, FU-A) and H.265 (RFC 7798: single NAL
// units, AP, FU) put together into access units with start codes (Annex B).
//
// TCP keeps the order, so a gap in the sequence numbers is a lost packet, and the unit it belonged
// to is damaged. Only headers are looked at; a payload is copied once. A unit ends with the marker
// bit or where the time stamp changes; a source that sets the marker on every slice is found out
// and from then on only its time stamps count.
//
// Bound: a unit above kMaxUnit is handed on cut off and counts as damaged.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "watch/receive/rtp.h"
#include "watch/receive/sdp.h"

namespace xunjie::watch::receive {

constexpr std::size_t kMaxUnit = 4U << 20U;

struct AccessUnit {
  ByteView bytes;               // valid during the call only
  std::uint32_t timestamp = 0;  // RTP
  bool key = false;             // decoding may start here
  bool damaged = false;         // part of it is missing
  bool lost_before = false;     // units before it may be missing, and with them what it refers to
  ByteView parameter_sets;      // VPS, SPS and PPS carried in it, with start codes
};

class UnitSink {
 public:
  virtual ~UnitSink() = default;
  virtual void unit(const AccessUnit& unit) = 0;
};

class AccessUnits {
 public:
  explicit AccessUnits(VideoCodec codec) : codec_(codec) {}

  // Takes one packet; hands on up to two units that are complete by it.
  void push(const RtpPacket& packet, UnitSink& sink);
  // Bytes between two packets were unreadable: what is under way counts as damaged.
  void broken() { broken_ = true; }

 private:
  // What the first bytes of a NAL unit say.
  struct Head {
    bool usable = false, parameter_set = false, slice = false, random_access = false;
    bool intra = false;          // a first slice of intra blocks only
    bool first_of_unit = false;  // no slice of its access unit comes before it
  };
  [[nodiscard]] Head head_of(ByteView nal) const;
  [[nodiscard]] Head h264_head(ByteView nal) const;
  [[nodiscard]] Head h265_head(ByteView nal) const;
  [[nodiscard]] bool follows(const RtpPacket& packet) const;
  void gap();
  void take_h264(ByteView payload);
  void take_h265(ByteView payload);
  void take_aggregate(ByteView rest);
  void whole(ByteView nal);
  void fragment(ByteView header, ByteView data, bool start, bool end);
  void begin(const Head& head);
  void append(ByteView data);
  void finish_nal();
  void finish(UnitSink& sink);
  void forget();

  VideoCodec codec_;
  std::vector<std::uint8_t> unit_, sets_;
  std::size_t nal_start_ = 0;
  Head nal_;
  std::uint32_t timestamp_ = 0, source_ = 0;
  std::optional<std::uint16_t> sequence_;
  std::optional<std::uint32_t> finished_;  // time stamp of the unit handed on last
  bool started_ = false;                   // a packet of the present unit has come
  bool in_fragment_ = false;
  bool broken_ = false;
  bool damaged_ = false, lost_before_ = false;  // the present unit
  bool check_head_ = false;                     // its first packets may be lost
  bool slice_ = false, random_access_ = false, intra_ = false;
  bool marker_counts_ = true;
};

}  // namespace xunjie::watch::receive
