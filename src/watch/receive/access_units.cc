#include "watch/receive/access_units.h"

#include <array>

namespace xunjie::watch::receive {
namespace {

constexpr std::array<std::uint8_t, 4> kStartCode{0, 0, 0, 1};
constexpr std::size_t kMaxSets = 16U << 10U;
constexpr std::size_t kKeptCapacity = 1U << 20U;  // a rare huge unit must not be paid for ever

// Of a slice header that starts with first_mb_in_slice 0: slice_type 2 or 7, both meaning I.
bool is_intra(std::uint8_t bits) {
  return (bits & 0xf0U) == 0xb0U || bits == 0x88U;
}

}  // namespace

AccessUnits::Head AccessUnits::h264_head(ByteView nal) const {
  Head out;
  const int type = nal[0] & 0x1f;
  out.usable = type >= 1 && type <= 23 && type != 12;  // 12 is filler
  out.parameter_set = type == 7 || type == 8;
  out.slice = type >= 1 && type <= 5;
  out.random_access = type == 5;
  const bool first_slice = (type == 1 || type == 5) && nal.size() > 1 && (nal[1] & 0x80U) != 0;
  out.first_of_unit = type == 9 || type == 7 || first_slice;
  out.intra = first_slice && is_intra(nal[1]);
  return out;
}

AccessUnits::Head AccessUnits::h265_head(ByteView nal) const {
  Head out;
  const int type = nal[0] >> 1U & 0x3f;
  out.usable = nal.size() >= 2 && type < 48 && type != 38;  // 38 is filler
  out.parameter_set = type >= 32 && type <= 34;
  out.slice = type < 32;
  out.random_access = type >= 16 && type <= 23;
  const bool first_slice = out.slice && nal.size() > 2 && (nal[2] & 0x80U) != 0;
  out.first_of_unit = type == 35 || type == 32 || type == 33 || first_slice;
  return out;
}

AccessUnits::Head AccessUnits::head_of(ByteView nal) const {
  if (nal.empty()) return {};
  return codec_ == VideoCodec::h264 ? h264_head(nal) : h265_head(nal);
}

bool AccessUnits::follows(const RtpPacket& packet) const {
  if (!sequence_) return true;
  return packet.source == source_ && packet.sequence == static_cast<std::uint16_t>(*sequence_ + 1);
}

void AccessUnits::push(const RtpPacket& packet, UnitSink& sink) {
  if (sequence_ == packet.sequence && source_ == packet.source && !broken_) return;  // sent twice
  const bool lost = broken_ || !follows(packet);
  broken_ = false;
  sequence_ = packet.sequence;
  source_ = packet.source;
  if (lost) gap();
  const bool next = started_ && packet.timestamp != timestamp_;
  if (next) finish(sink);
  if (!started_) {
    started_ = true;
    check_head_ = lost;
    lost_before_ = lost_before_ || lost;
  }
  timestamp_ = packet.timestamp;
  if (codec_ == VideoCodec::h264)
    take_h264(packet.payload);
  else
    take_h265(packet.payload);
  if (packet.marker && marker_counts_) finish(sink);
}

void AccessUnits::gap() {
  if (in_fragment_) unit_.resize(nal_start_);
  in_fragment_ = false;
  if (started_) damaged_ = true;
}

void AccessUnits::take_h264(ByteView payload) {
  if (payload.empty()) return;
  const int type = payload[0] & 0x1f;
  if (type >= 1 && type <= 23) return whole(payload);
  if (type == 24) return take_aggregate(payload.subspan(1));
  if (type != 28 || payload.size() < 3) {
    damaged_ = true;  // interleaved modes, or cut off
    return;
  }
  const std::array<std::uint8_t, 1> header{
      static_cast<std::uint8_t>((payload[0] & 0xe0U) | (payload[1] & 0x1fU))};
  fragment(header, payload.subspan(2), (payload[1] & 0x80U) != 0, (payload[1] & 0x40U) != 0);
}

void AccessUnits::take_h265(ByteView payload) {
  if (payload.size() < 3) return;
  const int type = payload[0] >> 1U & 0x3f;
  if (type < 48) return whole(payload);
  if (type == 48) return take_aggregate(payload.subspan(2));
  if (type != 49 || payload.size() < 4) {
    damaged_ = true;
    return;
  }
  const std::array<std::uint8_t, 2> header{
      static_cast<std::uint8_t>((payload[0] & 0x81U) | (payload[2] & 0x3fU) << 1U), payload[1]};
  fragment(header, payload.subspan(3), (payload[2] & 0x80U) != 0, (payload[2] & 0x40U) != 0);
}

void AccessUnits::take_aggregate(ByteView rest) {
  while (rest.size() >= 2) {
    const std::size_t size = static_cast<std::size_t>(rest[0]) << 8U | rest[1];
    rest = rest.subspan(2);
    if (size == 0 || size > rest.size()) {
      damaged_ = true;
      return;
    }
    whole(rest.first(size));
    rest = rest.subspan(size);
  }
}

void AccessUnits::whole(ByteView nal) {
  if (in_fragment_) finish_nal();
  const Head head = head_of(nal);
  if (!head.usable) return;
  begin(head);
  append(nal);
  finish_nal();
}

void AccessUnits::fragment(ByteView header, ByteView data, bool start, bool end) {
  if (start) {
    if (in_fragment_) finish_nal();
    std::array<std::uint8_t, 3> first{};
    std::size_t size = 0;
    for (const auto byte : header) first[size++] = byte;
    if (!data.empty()) first[size++] = data[0];
    const Head head = head_of(ByteView(first).first(size));
    if (!head.usable) return;
    begin(head);
    append(header);
    in_fragment_ = true;
  } else if (!in_fragment_) {
    damaged_ = true;  // its head is missing
    return;
  }
  append(data);
  if (end) finish_nal();
}

void AccessUnits::begin(const Head& head) {
  if (check_head_) {
    if (!head.first_of_unit) damaged_ = true;
    check_head_ = false;
  }
  if (head.slice && !slice_ && !head.first_of_unit && finished_ == timestamp_) {
    // The rest of a picture whose first slices were taken for all of it.
    marker_counts_ = false;
    damaged_ = true;
  }
  slice_ = slice_ || head.slice;
  random_access_ = random_access_ || head.random_access;
  intra_ = intra_ || head.intra;
  nal_ = head;
  nal_start_ = unit_.size();
  append(kStartCode);
}

void AccessUnits::append(ByteView data) {
  if (unit_.size() + data.size() > kMaxUnit) {
    damaged_ = true;
    return;
  }
  unit_.insert(unit_.end(), data.begin(), data.end());
}

void AccessUnits::finish_nal() {
  in_fragment_ = false;
  if (!nal_.parameter_set || nal_start_ >= unit_.size()) return;
  const ByteView nal = ByteView(unit_).subspan(nal_start_);
  if (sets_.size() + nal.size() <= kMaxSets) sets_.insert(sets_.end(), nal.begin(), nal.end());
}

void AccessUnits::finish(UnitSink& sink) {
  if (in_fragment_) {
    damaged_ = true;  // its end is missing
    finish_nal();
  }
  // Parameter sets sent ahead with a marker of their own belong to the picture that follows.
  if (!slice_ && !damaged_) return;
  AccessUnit out;
  out.bytes = unit_;
  out.timestamp = timestamp_;
  out.key = random_access_ || (intra_ && !sets_.empty());
  out.damaged = damaged_;
  out.lost_before = lost_before_;
  out.parameter_sets = sets_;
  finished_ = timestamp_;
  if (!unit_.empty()) sink.unit(out);
  const bool empty_but_damaged = unit_.empty();
  forget();
  lost_before_ = empty_but_damaged;  // the loss is told with the next unit
}

void AccessUnits::forget() {
  unit_.clear();
  sets_.clear();
  if (unit_.capacity() > kKeptCapacity) std::vector<std::uint8_t>().swap(unit_);
  started_ = in_fragment_ = false;
  damaged_ = lost_before_ = check_head_ = false;
  slice_ = random_access_ = intra_ = false;
}

}  // namespace xunjie::watch::receive
