#include "watch/clip.h"

#include <algorithm>
#include <memory>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace xunjie::watch {
namespace {

// Muxer and its memory buffer, freed in every case.
class Muxer {
 public:
  Muxer() { avformat_alloc_output_context2(&format_, nullptr, "mp4", nullptr); }
  ~Muxer() {
    if (format_ == nullptr) return;
    if (format_->pb != nullptr) {
      std::uint8_t* bytes = nullptr;
      avio_close_dyn_buf(format_->pb, &bytes);
      av_free(bytes);
    }
    avformat_free_context(format_);
  }
  Muxer(const Muxer&) = delete;
  Muxer& operator=(const Muxer&) = delete;

  bool start(const StreamInfo& stream) {
    if (format_ == nullptr) return false;
    track_ = avformat_new_stream(format_, nullptr);
    if (track_ == nullptr || avcodec_parameters_copy(track_->codecpar, stream.codec.get()) < 0)
      return false;
    track_->codecpar->codec_tag = 0;  // the container's own tag
    track_->time_base = {stream.time_base_num, stream.time_base_den};
    if (avformat_query_codec(format_->oformat, track_->codecpar->codec_id, FF_COMPLIANCE_NORMAL) !=
        1)
      return false;
    if (avio_open_dyn_buf(&format_->pb) < 0) return false;
    return avformat_write_header(format_, nullptr) >= 0;
  }

  bool write(AVPacket* packet, AVRational base) {
    packet->stream_index = 0;
    packet->pos = -1;
    av_packet_rescale_ts(packet, base, track_->time_base);
    return av_write_frame(format_, packet) >= 0;
  }

  Bytes finish() {
    if (av_write_trailer(format_) < 0) return {};
    std::uint8_t* data = nullptr;
    const int size = avio_close_dyn_buf(format_->pb, &data);
    format_->pb = nullptr;
    const auto bytes = std::as_bytes(std::span(data, static_cast<std::size_t>(std::max(0, size))));
    Bytes out(bytes.begin(), bytes.end());
    av_free(data);
    return out;
  }

 private:
  AVFormatContext* format_ = nullptr;
  AVStream* track_ = nullptr;
};

// Time stamps from zero, rising even where the source's stumble: a muxer refuses others.
struct Stamps {
  std::int64_t shift = AV_NOPTS_VALUE, last = AV_NOPTS_VALUE, step = 1;

  void fix(AVPacket& packet) {
    if (packet.dts == AV_NOPTS_VALUE) packet.dts = packet.pts;
    if (packet.dts == AV_NOPTS_VALUE) packet.dts = last == AV_NOPTS_VALUE ? 0 : last + shift + step;
    if (packet.pts == AV_NOPTS_VALUE) packet.pts = packet.dts;
    if (shift == AV_NOPTS_VALUE) shift = packet.dts;
    packet.dts -= shift;
    packet.pts -= shift;
    if (last != AV_NOPTS_VALUE && packet.dts <= last) packet.dts = last + 1;
    packet.pts = std::max(packet.pts, packet.dts);
    last = packet.dts;
  }
};

}  // namespace

std::span<const Packet> within(std::span<const Packet> packets, Micros longest) {
  if (packets.empty()) return packets;
  const UtcMicros earliest = packets.back().at - longest;
  const auto first = std::find_if(packets.begin(), packets.end(), [&](const Packet& packet) {
    return packet.key && packet.at >= earliest;
  });
  return packets.subspan(static_cast<std::size_t>(first - packets.begin()));
}

Result<Bytes> make_clip(const StreamInfo& stream, std::span<const Packet> packets) {
  if (packets.empty() || !packets.front().key) {
    return make_error(ErrorCode::invalid_argument, "a clip must start on a keyframe");
  }
  const auto unfit = [] {
    return make_error(ErrorCode::unavailable, "this codec cannot be copied into an MP4");
  };
  Muxer muxer;
  if (!muxer.start(stream)) return unfit();
  const AVRational base{stream.time_base_num, stream.time_base_den};
  Stamps stamps;
  stamps.step = std::max<std::int64_t>(
      1, static_cast<std::int64_t>(base.den / (base.num * std::max(1.0, stream.fps))));
  for (const Packet& packet : packets) {
    AVPacket* copy = av_packet_clone(packet.data.get());  // shares the bytes
    if (copy == nullptr) return make_error(ErrorCode::full, "out of memory for a clip");
    stamps.fix(*copy);
    if (copy->duration <= 0) copy->duration = stamps.step;
    const bool written = muxer.write(copy, base);
    av_packet_free(&copy);
    if (!written) return unfit();
  }
  Bytes out = muxer.finish();
  if (out.empty()) return unfit();
  return out;
}

}  // namespace xunjie::watch
