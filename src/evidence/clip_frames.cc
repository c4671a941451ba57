#include "evidence/clip_frames.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
}

namespace xunjie::evidence {
namespace {

constexpr int kBufferBytes = 64 << 10;
constexpr AVRational kMicros{1, 1'000'000};

// What libav reads from: the bytes and how far it is.
struct Source {
  std::span<const std::byte> bytes;
  std::size_t at = 0;

  static int read(void* opaque, std::uint8_t* into, int size) {
    auto& self = *static_cast<Source*>(opaque);
    const std::size_t left = self.bytes.size() - self.at;
    if (left == 0) return AVERROR_EOF;
    const std::size_t n = std::min(left, static_cast<std::size_t>(size));
    std::memcpy(into, self.bytes.data() + self.at, n);
    self.at += n;
    return static_cast<int>(n);
  }
  static std::int64_t seek(void* opaque, std::int64_t offset, int whence) {
    auto& self = *static_cast<Source*>(opaque);
    const auto size = static_cast<std::int64_t>(self.bytes.size());
    if ((whence & AVSEEK_SIZE) != 0) return size;
    const std::int64_t base = whence == SEEK_CUR   ? static_cast<std::int64_t>(self.at)
                              : whence == SEEK_END ? size
                                                   : 0;
    if (base + offset < 0 || base + offset > size) return AVERROR(EINVAL);
    self.at = static_cast<std::size_t>(base + offset);
    return base + offset;
  }
};

Error unreadable() {
  return make_error(ErrorCode::corrupt, "录像无法读取，不能生成对外副本");
}

}  // namespace

struct ClipFrames::Body {
  Source source;
  AVIOContext* io = nullptr;
  AVFormatContext* format = nullptr;
  AVCodecContext* codec = nullptr;
  SwsContext* scaler = nullptr;
  AVPacket* packet = av_packet_alloc();
  AVFrame* frame = av_frame_alloc();
  int track = -1;
  std::int64_t first = AV_NOPTS_VALUE;
  bool flushing = false;

  Body() = default;
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;
  ~Body() {
    sws_freeContext(scaler);
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&codec);
    avformat_close_input(&format);
    if (io != nullptr) av_freep(&io->buffer);
    avio_context_free(&io);
  }

  bool open_container() {
    auto* buffer = static_cast<std::uint8_t*>(av_malloc(kBufferBytes));
    if (buffer == nullptr) return false;
    io =
        avio_alloc_context(buffer, kBufferBytes, 0, &source, &Source::read, nullptr, &Source::seek);
    format = avformat_alloc_context();
    if (io == nullptr || format == nullptr) return false;
    format->pb = io;
    // Only what clips are made in: no playlists, no other protocols.
    return avformat_open_input(&format, "clip.mp4", av_find_input_format("mp4"), nullptr) >= 0 &&
           avformat_find_stream_info(format, nullptr) >= 0;
  }

  bool open_codec() {
    track = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (track < 0) return false;
    const AVCodecParameters* shape = format->streams[track]->codecpar;
    const AVCodec* decoder = avcodec_find_decoder(shape->codec_id);
    codec = decoder == nullptr ? nullptr : avcodec_alloc_context3(decoder);
    if (codec == nullptr || avcodec_parameters_to_context(codec, shape) < 0) return false;
    codec->thread_count = 1;
    return avcodec_open2(codec, decoder, nullptr) >= 0;
  }

  // The next decoded picture in `frame`; false at the end.
  bool decode() {
    while (true) {
      const int got = avcodec_receive_frame(codec, frame);
      if (got >= 0) return true;
      if (got != AVERROR(EAGAIN) || flushing) return false;
      if (av_read_frame(format, packet) < 0) {
        flushing = true;
        avcodec_send_packet(codec, nullptr);
        continue;
      }
      if (packet->stream_index == track) avcodec_send_packet(codec, packet);
      av_packet_unref(packet);
    }
  }

  Micros time_of_frame() {
    const std::int64_t stamp = frame->best_effort_timestamp;
    if (stamp == AV_NOPTS_VALUE) return {};
    if (first == AV_NOPTS_VALUE) first = stamp;
    return Micros{av_rescale_q(stamp - first, format->streams[track]->time_base, kMicros)};
  }

  cv::Mat picture(int width_max) {
    const int width = std::max(2, std::min(frame->width, width_max) & ~1);
    const int height = std::max(
        2, static_cast<int>(av_rescale(frame->height, width, std::max(1, frame->width))) & ~1);
    scaler = sws_getCachedContext(scaler, frame->width, frame->height,
                                  static_cast<AVPixelFormat>(frame->format), width, height,
                                  AV_PIX_FMT_BGR24, SWS_AREA, nullptr, nullptr, nullptr);
    if (scaler == nullptr) return {};
    cv::Mat out(height, width, CV_8UC3);
    std::uint8_t* const planes[] = {out.data, nullptr, nullptr, nullptr};
    const int strides[] = {static_cast<int>(out.step), 0, 0, 0};
    if (sws_scale(scaler, frame->data, frame->linesize, 0, frame->height, planes, strides) <= 0)
      return {};
    return out;
  }
};

ClipFrames::ClipFrames(std::unique_ptr<Body> body) : body_(std::move(body)) {}
ClipFrames::ClipFrames(ClipFrames&&) noexcept = default;
ClipFrames::~ClipFrames() = default;

Result<ClipFrames> ClipFrames::open(std::span<const std::byte> bytes) {
  auto body = std::make_unique<Body>();
  body->source.bytes = bytes;
  if (!body->open_container() || !body->open_codec()) return unreadable();
  return ClipFrames(std::move(body));
}

Micros ClipFrames::duration() const {
  return Micros{std::max<std::int64_t>(0, body_->format->duration)};
}

std::optional<ClipFrames::Frame> ClipFrames::next(Micros from, int width_max) {
  while (body_->decode()) {
    const Micros at = body_->time_of_frame();
    if (at < from) continue;
    cv::Mat picture = body_->picture(width_max);
    if (!picture.empty()) return Frame{std::move(picture), at};
  }
  return std::nullopt;
}

}  // namespace xunjie::evidence
