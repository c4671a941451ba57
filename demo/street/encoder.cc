#include "encoder.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

namespace xunjie::street {
namespace {

Error failed(const std::string& what, int code = 0) {
  char text[AV_ERROR_MAX_STRING_SIZE] = "";
  if (code < 0) av_strerror(code, text, sizeof text);
  return make_error(ErrorCode::internal,
                    what + (code < 0 ? std::string(": ") + text : std::string()));
}

class X264Encoder final : public Encoder {
 public:
  ~X264Encoder() override {
    av_packet_free(&packet_);
    av_frame_free(&frame_);
    avcodec_free_context(&context_);
  }

  Result<void> start(const VideoFormat& f) {
    const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
    if (codec == nullptr) return failed("this FFmpeg has no libx264");
    context_ = avcodec_alloc_context3(codec);
    context_->width = f.size.width;
    context_->height = f.size.height;
    context_->pix_fmt = AV_PIX_FMT_YUV420P;
    context_->time_base = {1, f.frames_per_second};
    context_->framerate = {f.frames_per_second, 1};
    context_->gop_size = f.frames_per_second * f.keyframe_s;
    context_->max_b_frames = 0;
    context_->bit_rate = f.kilobits * 1000;
    context_->rc_max_rate = f.kilobits * 1250;
    context_->rc_buffer_size = f.kilobits * 1500;
    context_->thread_count = 1;
    context_->color_range = AVCOL_RANGE_MPEG;
    av_opt_set(context_->priv_data, "preset", "superfast", 0);
    av_opt_set(context_->priv_data, "tune", "zerolatency", 0);
    av_opt_set(context_->priv_data, "forced-idr", "1", 0);
    av_opt_set(context_->priv_data, "x264-params", "scenecut=0:repeat-headers=1:annexb=1", 0);
    const int code = avcodec_open2(context_, codec, nullptr);
    if (code < 0) return failed("x264 does not start", code);
    frame_ = av_frame_alloc();
    packet_ = av_packet_alloc();
    return {};
  }

  Result<Packet> encode(const cv::Mat& i420, int64_t number) override {
    const int w = context_->width, h = context_->height;
    if (i420.cols != w || i420.rows != h * 3 / 2 || !i420.isContinuous())
      return failed("picture has another size");
    frame_->format = AV_PIX_FMT_YUV420P;
    frame_->width = w;
    frame_->height = h;
    frame_->pts = number;
    // Counted in time, not in pictures: a machine too busy for every picture still sends its
    // keyframes.
    const bool due = number - last_key_ >= context_->gop_size;
    frame_->pict_type = due ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    frame_->data[0] = i420.data;
    frame_->data[1] = i420.data + static_cast<ptrdiff_t>(w) * h;
    frame_->data[2] = frame_->data[1] + static_cast<ptrdiff_t>(w) * h / 4;
    frame_->linesize[0] = w;
    frame_->linesize[1] = frame_->linesize[2] = w / 2;
    int code = avcodec_send_frame(context_, frame_);
    if (code < 0) return failed("x264 refused a picture", code);
    code = avcodec_receive_packet(context_, packet_);
    if (code < 0) return failed("x264 gave no packet", code);
    Packet out{{packet_->data, packet_->data + packet_->size},
               packet_->pts,
               (packet_->flags & AV_PKT_FLAG_KEY) != 0};
    av_packet_unref(packet_);
    if (out.key) last_key_ = number;
    return out;
  }

 private:
  AVCodecContext* context_ = nullptr;
  AVFrame* frame_ = nullptr;
  AVPacket* packet_ = nullptr;
  int64_t last_key_ = 0;
};

class LibavMuxer final : public Muxer {
 public:
  explicit LibavMuxer(Write write) : write_(std::move(write)) {}
  ~LibavMuxer() override {
    if (context_ == nullptr) return;
    if (write_) {
      if (context_->pb != nullptr) av_freep(&context_->pb->buffer);
      avio_context_free(&context_->pb);
    } else if (context_->pb != nullptr) {
      avio_closep(&context_->pb);
    }
    avformat_free_context(context_);
    av_packet_free(&packet_);
  }

  Result<void> start(const VideoFormat& f, const char* container, const std::string& path) {
    format_ = f;
    packet_ = av_packet_alloc();
    int code = avformat_alloc_output_context2(&context_, nullptr, container, path.c_str());
    if (code < 0) return failed("container does not start", code);
    if (write_) {
      constexpr int kBuffer = 188 * 64;
      context_->pb = avio_alloc_context(static_cast<unsigned char*>(av_malloc(kBuffer)), kBuffer, 1,
                                        this, nullptr, &LibavMuxer::hand_over, nullptr);
    } else {
      code = avio_open(&context_->pb, path.c_str(), AVIO_FLAG_WRITE);
      if (code < 0) return failed(path + " cannot be written", code);
    }
    return {};
  }

  Result<void> put(const Packet& p) override {
    if (!begun_) XUNJIE_TRY_VOID(begin(p));
    const AVStream* stream = context_->streams[0];
    av_packet_unref(packet_);
    packet_->data = const_cast<uint8_t*>(p.data.data());  // libav only reads it
    packet_->size = static_cast<int>(p.data.size());
    packet_->pts = packet_->dts =
        av_rescale_q(p.frame, {1, format_.frames_per_second}, stream->time_base);
    packet_->duration = av_rescale_q(1, {1, format_.frames_per_second}, stream->time_base);
    packet_->flags = p.key ? AV_PKT_FLAG_KEY : 0;
    const int code = av_write_frame(context_, packet_);
    packet_->data = nullptr;
    packet_->size = 0;
    if (code < 0) return failed("container refused a packet", code);
    avio_flush(context_->pb);
    return {};
  }

  Result<void> finish() override {
    const int code = begun_ ? av_write_trailer(context_) : 0;
    return code < 0 ? Result<void>(failed("container does not close", code)) : Result<void>();
  }

 private:
  // The header waits for the first keyframe, because MP4 wants its parameter sets beforehand.
  Result<void> begin(const Packet& first) {
    AVStream* stream = avformat_new_stream(context_, nullptr);
    auto* par = stream->codecpar;
    par->codec_type = AVMEDIA_TYPE_VIDEO;
    par->codec_id = AV_CODEC_ID_H264;
    par->width = format_.size.width;
    par->height = format_.size.height;
    par->format = AV_PIX_FMT_YUV420P;
    stream->time_base = {1, 90000};
    stream->avg_frame_rate = {format_.frames_per_second, 1};
    if (!write_) {
      const size_t n = parameter_sets(first.data);
      par->extradata = static_cast<uint8_t*>(av_mallocz(n + AV_INPUT_BUFFER_PADDING_SIZE));
      std::copy_n(first.data.begin(), n, par->extradata);
      par->extradata_size = static_cast<int>(n);
    }
    AVDictionary* options = nullptr;
    if (write_) av_dict_set(&options, "mpegts_flags", "resend_headers+pat_pmt_at_frames", 0);
    if (!write_) av_dict_set(&options, "movflags", "+faststart", 0);
    context_->max_delay = 0;
    const int code = avformat_write_header(context_, &options);
    av_dict_free(&options);
    if (code < 0) return failed("container header", code);
    begun_ = true;
    return {};
  }

  // Length of the leading SPS and PPS units of an Annex B keyframe.
  static size_t parameter_sets(const std::vector<uint8_t>& d) {
    for (size_t i = 0; i + 3 < d.size(); ++i) {
      if (d[i] != 0 || d[i + 1] != 0 || d[i + 2] != 1) continue;
      const int type = d[i + 3] & 0x1F;
      if (type != 7 && type != 8) return i > 0 && d[i - 1] == 0 ? i - 1 : i;
    }
    return d.size();
  }

  static int hand_over(void* self, uint8_t* data, int size) {
    static_cast<LibavMuxer*>(self)->write_(data, static_cast<size_t>(size));
    return size;
  }

  Write write_;
  VideoFormat format_;
  AVFormatContext* context_ = nullptr;
  AVPacket* packet_ = nullptr;
  bool begun_ = false;
};

}  // namespace

Result<std::unique_ptr<Encoder>> Encoder::open(const VideoFormat& format) {
  auto encoder = std::make_unique<X264Encoder>();
  XUNJIE_TRY_VOID(encoder->start(format));
  return std::unique_ptr<Encoder>(std::move(encoder));
}

Result<std::unique_ptr<Muxer>> Muxer::transport_stream(const VideoFormat& format, Write write) {
  auto muxer = std::make_unique<LibavMuxer>(std::move(write));
  XUNJIE_TRY_VOID(muxer->start(format, "mpegts", ""));
  return std::unique_ptr<Muxer>(std::move(muxer));
}

Result<std::unique_ptr<Muxer>> Muxer::mp4_file(const VideoFormat& format, const std::string& path) {
  auto muxer = std::make_unique<LibavMuxer>(nullptr);
  XUNJIE_TRY_VOID(muxer->start(format, "mp4", path));
  return std::unique_ptr<Muxer>(std::move(muxer));
}

}  // namespace xunjie::street
