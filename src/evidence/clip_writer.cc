#include "evidence/clip_writer.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <opencv2/imgproc.hpp>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

namespace xunjie::evidence {
namespace {

constexpr AVRational kBase{1, 1000};
constexpr double kKeyEvery_s = 4;

Error failed(const char* what) {
  return make_error(ErrorCode::internal, std::string("录像副本写入失败：") + what);
}

}  // namespace

struct ClipWriter::Body {
  AVFormatContext* format = nullptr;
  AVCodecContext* codec = nullptr;
  AVStream* track = nullptr;
  AVFrame* frame = av_frame_alloc();
  AVPacket* packet = av_packet_alloc();
  std::int64_t step_ms = 40;

  Body() = default;
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;
  ~Body() {
    av_packet_free(&packet);
    av_frame_free(&frame);
    avcodec_free_context(&codec);
    if (format == nullptr) return;
    if (format->pb != nullptr) {
      std::uint8_t* bytes = nullptr;
      avio_close_dyn_buf(format->pb, &bytes);
      av_free(bytes);
    }
    avformat_free_context(format);
  }

  bool open_codec(const AVCodec* encoder, cv::Size size, double fps) {
    codec = avcodec_alloc_context3(encoder);
    if (codec == nullptr) return false;
    codec->width = size.width;
    codec->height = size.height;
    codec->pix_fmt = AV_PIX_FMT_YUV420P;
    codec->time_base = kBase;
    step_ms = std::max<std::int64_t>(1, std::llround(1000 / std::max(0.1, fps)));
    codec->gop_size = std::max(1, static_cast<int>(std::lround(fps * kKeyEvery_s)));
    codec->thread_count = 1;
    codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    // Constant quality, at the encoder's fastest: cost is bounded, size follows the scene.
    av_opt_set(codec->priv_data, "deadline", "realtime", 0);
    av_opt_set_int(codec->priv_data, "cpu-used", 8, 0);
    av_opt_set_int(codec->priv_data, "lag-in-frames", 0, 0);
    av_opt_set_int(codec->priv_data, "crf", 34, 0);
    codec->bit_rate = 0;
    return avcodec_open2(codec, encoder, nullptr) >= 0;
  }

  bool open_container() {
    if (avformat_alloc_output_context2(&format, nullptr, "mp4", nullptr) < 0) return false;
    track = avformat_new_stream(format, nullptr);
    if (track == nullptr || avcodec_parameters_from_context(track->codecpar, codec) < 0)
      return false;
    track->time_base = kBase;
    return avio_open_dyn_buf(&format->pb) >= 0 && avformat_write_header(format, nullptr) >= 0;
  }

  bool open_frame() {
    frame->format = AV_PIX_FMT_YUV420P;
    frame->width = codec->width;
    frame->height = codec->height;
    return av_frame_get_buffer(frame, 0) >= 0;
  }

  void fill(const cv::Mat& bgr) const {
    cv::Mat yuv;
    cv::cvtColor(bgr, yuv, cv::COLOR_BGR2YUV_I420);
    const int width = codec->width, height = codec->height;
    const std::uint8_t* from = yuv.data;
    for (int plane = 0; plane < 3; ++plane) {
      const int w = plane == 0 ? width : width / 2, h = plane == 0 ? height : height / 2;
      for (int row = 0; row < h; ++row, from += w) {
        std::copy_n(from, w, frame->data[plane] + row * frame->linesize[plane]);
      }
    }
  }

  bool encode(const AVFrame* what) {
    if (avcodec_send_frame(codec, what) < 0) return false;
    while (avcodec_receive_packet(codec, packet) >= 0) {
      // Without a length the last picture would lie outside the film.
      if (packet->duration <= 0) packet->duration = step_ms;
      av_packet_rescale_ts(packet, codec->time_base, track->time_base);
      packet->stream_index = 0;
      const bool written = av_write_frame(format, packet) >= 0;
      av_packet_unref(packet);
      if (!written) return false;
    }
    return true;
  }
};

ClipWriter::ClipWriter(std::unique_ptr<Body> body) : body_(std::move(body)) {}
ClipWriter::ClipWriter(ClipWriter&&) noexcept = default;
ClipWriter::~ClipWriter() = default;

Result<ClipWriter> ClipWriter::open(cv::Size size, double fps) {
  const AVCodec* encoder = avcodec_find_encoder_by_name("libvpx-vp9");
  if (encoder == nullptr) {
    return make_error(ErrorCode::unavailable, "此处的 FFmpeg 没有 VP9 编码器，不能生成录像副本");
  }
  auto body = std::make_unique<Body>();
  if (!body->open_codec(encoder, size, fps) || !body->open_container() || !body->open_frame())
    return failed("open");
  return ClipWriter(std::move(body));
}

Result<void> ClipWriter::write(const cv::Mat& bgr, Micros at) {
  if (av_frame_make_writable(body_->frame) < 0) return failed("memory");
  body_->fill(bgr);
  body_->frame->pts = at.count / 1000;
  return body_->encode(body_->frame) ? Result<void>() : Result<void>(failed("encode"));
}

Result<std::vector<std::byte>> ClipWriter::finish() {
  if (!body_->encode(nullptr) || av_write_trailer(body_->format) < 0) return failed("finish");
  std::uint8_t* data = nullptr;
  const int size = avio_close_dyn_buf(body_->format->pb, &data);
  body_->format->pb = nullptr;
  const auto bytes = std::as_bytes(std::span(data, static_cast<std::size_t>(std::max(0, size))));
  std::vector<std::byte> out(bytes.begin(), bytes.end());
  av_free(data);
  return out;
}

}  // namespace xunjie::evidence
