#include "watch/receive/unit_packets.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace xunjie::watch::receive {
namespace {

constexpr std::size_t kBlock = 64U << 10U;
constexpr std::int64_t kMostStep = 3'600'000'000;  // between two units; more is a jump

AVCodecID codec_id(VideoCodec codec) {
  return codec == VideoCodec::h264 ? AV_CODEC_ID_H264 : AV_CODEC_ID_HEVC;
}

bool set_extradata(AVCodecParameters* codec, const std::vector<std::uint8_t>& sets) {
  codec->extradata =
      static_cast<std::uint8_t*>(av_mallocz(sets.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (codec->extradata == nullptr) return false;
  std::copy(sets.begin(), sets.end(), codec->extradata);
  codec->extradata_size = static_cast<int>(sets.size());
  return true;
}

// What libavcodec's parser reads from the headers of a keyframe; nothing is decoded.
bool read_headers(AVCodecParameters* codec, const std::vector<std::uint8_t>& sets, ByteView unit) {
  std::vector<std::uint8_t> bytes(sets);
  bytes.insert(bytes.end(), unit.begin(), unit.end());
  const int size = static_cast<int>(bytes.size());
  bytes.resize(bytes.size() + AV_INPUT_BUFFER_PADDING_SIZE);
  const std::unique_ptr<AVCodecParserContext, void (*)(AVCodecParserContext*)> parser(
      av_parser_init(codec->codec_id), &av_parser_close);
  const auto free_context = [](AVCodecContext* c) { avcodec_free_context(&c); };
  const std::unique_ptr<AVCodecContext, decltype(free_context)> context(
      avcodec_alloc_context3(nullptr), free_context);
  if (!parser || !context) return false;
  parser->flags |= PARSER_FLAG_COMPLETE_FRAMES;
  std::uint8_t* out = nullptr;
  int out_size = 0;
  av_parser_parse2(parser.get(), context.get(), &out, &out_size, bytes.data(), size, AV_NOPTS_VALUE,
                   AV_NOPTS_VALUE, 0);
  codec->width = parser->width;
  codec->height = parser->height;
  codec->format = parser->format;
  codec->profile = context->profile;
  codec->level = context->level;
  return codec->width >= 64 && codec->height >= 64 && codec->width <= 16384 &&
         codec->height <= 16384;
}

std::shared_ptr<AVPacket> empty_packet() {
  return {av_packet_alloc(), [](AVPacket* p) { av_packet_free(&p); }};
}

}  // namespace

UnitPackets::UnitPackets(const VideoTrack& track) : track_(track) {
  stream_.time_base_num = 1;
  stream_.time_base_den = 1'000'000;
  if (track.fps > 0) stream_.fps = track.fps;
}

// Small units share a block: an allocation of its own for each would cost more time than receiving
// it and scatter memory over hundreds of rings. Keyframes stand alone, for stills keep them longer
// than the ring keeps their neighbours.
std::shared_ptr<AVPacket> UnitPackets::packet_of(ByteView bytes, bool alone) {
  auto packet = empty_packet();
  if (!packet) return nullptr;
  const std::size_t room = bytes.size() + AV_INPUT_BUFFER_PADDING_SIZE;
  if (alone || room > kBlock / 4) {
    if (av_new_packet(packet.get(), static_cast<int>(bytes.size())) < 0) return nullptr;
  } else {
    if (!block_ || used_ + room > kBlock) {
      block_.reset(av_buffer_alloc(kBlock));
      used_ = 0;
    }
    if (!block_ || (packet->buf = av_buffer_ref(block_.get())) == nullptr) return nullptr;
    packet->data = block_->data + used_;
    packet->size = static_cast<int>(bytes.size());
    std::memset(packet->data + bytes.size(), 0, AV_INPUT_BUFFER_PADDING_SIZE);
    used_ += (room + 63) / 64 * 64;
  }
  std::memcpy(packet->data, bytes.data(), bytes.size());
  return packet;
}

void UnitPackets::Unref::operator()(AVBufferRef* block) const {
  av_buffer_unref(&block);
}

bool UnitPackets::describe(const AccessUnit& unit) {
  const std::vector<std::uint8_t> carried(unit.parameter_sets.begin(), unit.parameter_sets.end());
  const bool known = generation_ > 0 && (carried.empty() || carried == carried_);
  if (known) return true;
  // Later sets replace earlier ones of the same id, so both may stand there.
  std::vector<std::uint8_t> sets = track_.parameter_sets;
  sets.insert(sets.end(), carried.begin(), carried.end());
  std::shared_ptr<AVCodecParameters> codec(
      avcodec_parameters_alloc(), [](AVCodecParameters* p) { avcodec_parameters_free(&p); });
  codec->codec_type = AVMEDIA_TYPE_VIDEO;
  codec->codec_id = codec_id(track_.codec);
  if (!read_headers(codec.get(), sets, unit.bytes)) return false;
  if (!set_extradata(codec.get(), carried.empty() ? sets : carried)) return false;
  carried_ = carried;
  stream_.codec = std::move(codec);
  ++generation_;
  return true;
}

// Microseconds since the first unit, without the 32-bit clock's wrap and without rounding piling
// up; nothing where the clock jumps.
std::optional<std::int64_t> UnitPackets::stamp_of(std::uint32_t timestamp) {
  const std::int64_t ticks = last_stamp_ ? static_cast<std::int32_t>(timestamp - *last_stamp_) : 0;
  last_stamp_ = timestamp;
  const std::int64_t scaled = ticks * 1'000'000 + rest_;
  if (std::abs(scaled / track_.clock_rate) > kMostStep) return std::nullopt;
  stamp_us_ += scaled / track_.clock_rate;
  rest_ = scaled % track_.clock_rate;
  return stamp_us_;
}

std::optional<Packet> UnitPackets::take(const AccessUnit& unit) {
  const auto stamp = stamp_of(unit.timestamp);
  if (unit.key && !unit.damaged) {
    if (!describe(unit)) return std::nullopt;
    broken_ = false;
  } else if (unit.damaged || unit.lost_before) {
    broken_ = true;
  }
  if (generation_ == 0) return std::nullopt;
  auto data = packet_of(unit.bytes, unit.key);
  if (!data) return std::nullopt;
  const Micros usual{static_cast<std::int64_t>(1e6 / stream_.fps)};
  Packet out;
  out.media = clock_.at(stamp, usual);
  out.key = unit.key && !unit.damaged;
  out.damaged = broken_;
  data->pts = out.media.count;
  if (out.key) data->flags |= AV_PKT_FLAG_KEY;
  out.number = ++number_;
  out.bytes = unit.bytes.size();
  out.data = std::move(data);
  return out;
}

}  // namespace xunjie::watch::receive
