#include "watch/live_film.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <span>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace xunjie::watch {
namespace {

using Octets = std::span<const std::uint8_t>;

constexpr int kBufferBytes = 64 << 10;
constexpr int kSequenceHeader = 7, kPictureHeader = 8;  // NAL unit types of H.264

// Walks the NAL units of a byte stream (start codes); `take` gets each without its start code.
template <typename Take>
void each_unit(Octets bytes, const Take& take) {
  std::size_t begin = 0;
  bool inside = false;
  for (std::size_t i = 0; i + 3 <= bytes.size(); ++i) {
    if (bytes[i] != 0 || bytes[i + 1] != 0 || bytes[i + 2] != 1) continue;
    if (inside) take(bytes.subspan(begin, i - begin));
    begin = i + 3;
    inside = true;
    i += 2;
  }
  if (inside) take(bytes.subspan(begin));
}

// The headers inside a keyframe, each behind a start code; empty when it has none.
std::string headers_inside(const Packet& key) {
  std::string out;
  const Octets bytes(key.data->data, static_cast<std::size_t>(key.data->size));
  each_unit(bytes, [&out](Octets unit) {
    const int type = unit.empty() ? 0 : unit[0] & 0x1f;
    if (type != kSequenceHeader && type != kPictureHeader) return;
    out += std::string("\0\0\0\1", 4);
    out.append(reinterpret_cast<const char*>(unit.data()), unit.size());
  });
  return out;
}

std::string headers_of(const StreamInfo& stream, const Packet* key) {
  const auto& codec = *stream.codec;
  if (codec.extradata_size > 0) {
    return {reinterpret_cast<const char*>(codec.extradata),
            static_cast<std::size_t>(codec.extradata_size)};
  }
  return key == nullptr ? std::string() : headers_inside(*key);
}

// Profile, constraints and level: in an avcC record bytes 1 to 3, else those after the NAL header.
std::optional<std::array<std::uint8_t, 3>> profile_in(const std::string& headers) {
  const Octets bytes(reinterpret_cast<const std::uint8_t*>(headers.data()), headers.size());
  if (bytes.size() >= 4 && bytes[0] == 1) return std::array{bytes[1], bytes[2], bytes[3]};
  std::optional<std::array<std::uint8_t, 3>> found;
  each_unit(bytes, [&found](Octets unit) {
    if (!found && unit.size() >= 4 && (unit[0] & 0x1f) == kSequenceHeader)
      found = std::array{unit[1], unit[2], unit[3]};
  });
  return found;
}

Error no_headers() {
  return make_error(ErrorCode::unavailable, "探头的视频尚未开始，请稍后再看");
}

}  // namespace

Result<std::string> live_codec_of(const StreamInfo& stream, const Packet* key) {
  if (stream.codec->codec_id != AV_CODEC_ID_H264) {
    return make_error(ErrorCode::not_allowed_in_state,
                      std::string("探头的视频编码是 ") + avcodec_get_name(stream.codec->codec_id) +
                          "，浏览器不能直接播放；可将探头改为 H.264，或看最近画面");
  }
  const auto profile = profile_in(headers_of(stream, key));
  if (!profile) return no_headers();
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "avc1.%02x%02x%02x", (*profile)[0], (*profile)[1],
                (*profile)[2]);
  return std::string(text.data());
}

class LiveFilm::Body {
 public:
  ~Body() {
    if (format_ == nullptr) return;
    if (begun_) av_write_trailer(format_);
    if (format_->pb != nullptr) {
      av_freep(&format_->pb->buffer);
      avio_context_free(&format_->pb);
    }
    avformat_free_context(format_);
  }

  bool start(const StreamInfo& stream, const Packet& key) {
    base_ = {stream.time_base_num, stream.time_base_den};
    step_ = std::max<std::int64_t>(
        1, static_cast<std::int64_t>(base_.den / (base_.num * std::max(1.0, stream.fps))));
    headers_ = headers_inside(key);
    if (avformat_alloc_output_context2(&format_, nullptr, "mp4", nullptr) < 0) return false;
    AVStream* track = avformat_new_stream(format_, nullptr);
    if (track == nullptr || !copy_codec(*track, stream, key)) return false;
    track->time_base = base_;
    auto* buffer = static_cast<std::uint8_t*>(av_malloc(kBufferBytes));
    format_->pb =
        avio_alloc_context(buffer, kBufferBytes, 1, this, nullptr, &Body::written, nullptr);
    format_->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_FLUSH_PACKETS;
    AVDictionary* values = nullptr;
    av_dict_set(&values, "movflags", "empty_moov+default_base_moof+frag_every_frame", 0);
    begun_ = avformat_write_header(format_, &values) >= 0;
    av_dict_free(&values);
    return begun_;
  }

  bool add(const Packet& packet) {
    if (packet.key) {
      // Other headers inside (another size, say) would need another film.
      const std::string now = headers_inside(packet);
      if (!now.empty() && now != headers_) return false;
    }
    AVPacket* copy = av_packet_clone(packet.data.get());  // shares the bytes
    if (copy == nullptr) return false;
    stamp(*copy);
    copy->stream_index = 0;
    copy->pos = -1;
    av_packet_rescale_ts(copy, base_, format_->streams[0]->time_base);
    const bool written = av_write_frame(format_, copy) >= 0;
    av_packet_free(&copy);
    avio_flush(format_->pb);
    return written;
  }

  std::string take() { return std::exchange(out_, {}); }

 private:
  static int written(void* self, std::uint8_t* data, int size) {
    static_cast<Body*>(self)->out_.append(reinterpret_cast<const char*>(data),
                                          static_cast<std::size_t>(size));
    return size;
  }

  static bool copy_codec(AVStream& track, const StreamInfo& stream, const Packet& key) {
    if (avcodec_parameters_copy(track.codecpar, stream.codec.get()) < 0) return false;
    track.codecpar->codec_tag = 0;
    if (track.codecpar->extradata_size > 0) return true;
    const std::string headers = headers_of(stream, &key);
    auto* copy = static_cast<std::uint8_t*>(
        av_mallocz(headers.size() + static_cast<std::size_t>(AV_INPUT_BUFFER_PADDING_SIZE)));
    if (copy == nullptr) return false;
    std::copy(headers.begin(), headers.end(), copy);
    track.codecpar->extradata = copy;
    track.codecpar->extradata_size = static_cast<int>(headers.size());
    return true;
  }

  // From zero and rising: a muxer refuses others.
  void stamp(AVPacket& packet) {
    if (packet.dts == AV_NOPTS_VALUE) packet.dts = packet.pts;
    if (shift_ == AV_NOPTS_VALUE) shift_ = packet.dts == AV_NOPTS_VALUE ? 0 : packet.dts;
    std::int64_t dts = packet.dts == AV_NOPTS_VALUE ? last_ + step_ : packet.dts - shift_;
    const std::int64_t late = packet.pts == AV_NOPTS_VALUE || packet.dts == AV_NOPTS_VALUE
                                  ? 0
                                  : std::max<std::int64_t>(0, packet.pts - packet.dts);
    // A clock that starts anew goes on where the film is.
    if (dts <= last_ || dts > last_ + 3600 * step_) {
      dts = last_ + step_;
      shift_ = packet.dts == AV_NOPTS_VALUE ? shift_ : packet.dts - dts;
    }
    packet.dts = dts;
    packet.pts = dts + late;
    if (packet.duration <= 0) packet.duration = step_;
    last_ = dts;
  }

  AVFormatContext* format_ = nullptr;
  AVRational base_{1, 1};
  std::int64_t step_ = 1, shift_ = AV_NOPTS_VALUE, last_ = -1;
  std::string headers_, out_;
  bool begun_ = false;
};

LiveFilm::LiveFilm(std::unique_ptr<Body> body) : body_(std::move(body)) {}
LiveFilm::~LiveFilm() = default;

Result<std::unique_ptr<LiveFilm>> LiveFilm::start(const StreamInfo& stream, const Packet& key) {
  XUNJIE_TRY(codec, live_codec_of(stream, &key));
  (void)codec;
  auto body = std::make_unique<Body>();
  if (!body->start(stream, key)) return no_headers();
  return std::unique_ptr<LiveFilm>(new LiveFilm(std::move(body)));
}

Result<std::string> LiveFilm::add(const Packet& packet) {
  if (!body_->add(packet))
    return make_error(ErrorCode::corrupt, "the stream no longer fits its film");
  return body_->take();
}

}  // namespace xunjie::watch
