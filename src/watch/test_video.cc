#include "watch/test_video.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "watch/test_scene.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

namespace xunjie::watch {
namespace {

struct Writer {
  AVFormatContext* format = nullptr;
  AVCodecContext* codec = nullptr;
  AVStream* stream = nullptr;
  AVFrame* frame = av_frame_alloc();

  ~Writer() {
    av_frame_free(&frame);
    avcodec_free_context(&codec);
    if (format != nullptr) {
      if (format->pb != nullptr) avio_closep(&format->pb);
      avformat_free_context(format);
    }
  }

  bool open(const std::string& path, const TestVideo& video) {
    const AVCodec* encoder = avcodec_find_encoder_by_name(video.encoder.c_str());
    avformat_alloc_output_context2(&format, nullptr, video.format.c_str(), path.c_str());
    if (encoder == nullptr || format == nullptr) return false;
    codec = avcodec_alloc_context3(encoder);
    codec->width = video.width;
    codec->height = video.height;
    codec->pix_fmt = AV_PIX_FMT_YUV420P;
    codec->time_base = {1, video.fps};
    codec->framerate = {video.fps, 1};
    codec->gop_size = video.gop;
    codec->max_b_frames = 0;
    codec->flags |= AV_CODEC_FLAG_QSCALE;
    codec->global_quality = 4 * FF_QP2LAMBDA;
    if (video.format != "mpegts") codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    // Forced pictures are to be keyframes one can begin with; MPEG-4 has no such choice.
    av_opt_set(codec->priv_data, "forced-idr", "1", 0);
    if (avcodec_open2(codec, encoder, nullptr) < 0) return false;
    stream = avformat_new_stream(format, nullptr);
    avcodec_parameters_from_context(stream->codecpar, codec);
    stream->time_base = codec->time_base;
    stream->avg_frame_rate = codec->framerate;
    frame->width = video.width;
    frame->height = video.height;
    frame->format = AV_PIX_FMT_YUV420P;
    if (av_frame_get_buffer(frame, 0) < 0) return false;
    return avio_open(&format->pb, path.c_str(), AVIO_FLAG_WRITE) >= 0 &&
           avformat_write_header(format, nullptr) >= 0;
  }

  bool encode(const AVFrame* what) {
    if (avcodec_send_frame(codec, what) < 0) return false;
    AVPacket* packet = av_packet_alloc();
    while (avcodec_receive_packet(codec, packet) >= 0) {
      av_packet_rescale_ts(packet, codec->time_base, stream->time_base);
      av_interleaved_write_frame(format, packet);
    }
    av_packet_free(&packet);
    return true;
  }

  bool put(const cv::Mat& grey, std::int64_t number, bool key) {
    if (av_frame_make_writable(frame) < 0) return false;
    frame->pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    const cv::Mat luma(grey.rows, grey.cols, CV_8U, frame->data[0],
                       static_cast<std::size_t>(frame->linesize[0]));
    grey.copyTo(luma);
    for (int plane : {1, 2}) {
      cv::Mat(grey.rows / 2, grey.cols / 2, CV_8U, frame->data[plane],
              static_cast<std::size_t>(frame->linesize[plane]))
          .setTo(128);
    }
    frame->pts = number;
    return encode(frame);
  }
};

}  // namespace

void put_box(cv::Mat& frame, const cv::Rect& where, int variant) {
  cv::Mat patch;
  texture(where.size(), 100 + variant, 70, 30).convertTo(patch, CV_8U);
  patch.copyTo(frame(where));
}

bool write_video(const std::string& path, const TestVideo& video,
                 const std::function<void(cv::Mat&, double)>& draw) {
  Writer writer;
  if (!writer.open(path, video)) return false;
  const cv::Mat street = texture(cv::Size(video.width, video.height), 1, 120, 22);
  cv::RNG random(7);
  const int frames = static_cast<int>(video.seconds * video.fps);
  for (int i = 0; i < frames; ++i) {
    cv::Mat noise(street.size(), CV_32F), grey;
    random.fill(noise, cv::RNG::NORMAL, 0, 2);
    cv::Mat(street + noise).convertTo(grey, CV_8U);
    const double at = static_cast<double>(i) / video.fps;
    if (draw) draw(grey, at);
    const bool key = std::any_of(video.keys.begin(), video.keys.end(),
                                 [&](double k) { return k <= at && at < k + 1.0 / video.fps; });
    if (!writer.put(grey, i, key)) return false;
  }
  writer.encode(nullptr);
  return av_write_trailer(writer.format) >= 0;
}

}  // namespace xunjie::watch
