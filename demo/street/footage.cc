#include "footage.h"

#include <filesystem>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

namespace xunjie::street {
namespace {

Error failed(const std::string& file, const std::string& what) {
  return make_error(ErrorCode::invalid_argument, file + ": " + what, "video");
}

class LibavFootage final : public Footage {
 public:
  ~LibavFootage() override {
    sws_freeContext(scaler_);
    av_frame_free(&frame_);
    av_packet_free(&packet_);
    avcodec_free_context(&decoder_);
    avformat_close_input(&input_);
  }

  Result<void> start(const std::string& file) {
    file_ = file;
    if (avformat_open_input(&input_, file.c_str(), nullptr, nullptr) < 0)
      return failed(file, "cannot be opened");
    if (avformat_find_stream_info(input_, nullptr) < 0)
      return failed(file, "has no stream information");
    const AVCodec* codec = nullptr;
    stream_ = av_find_best_stream(input_, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
    if (stream_ < 0 || codec == nullptr) return failed(file, "has no video that can be decoded");
    decoder_ = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(decoder_, input_->streams[stream_]->codecpar);
    decoder_->thread_count = 1;
    if (avcodec_open2(decoder_, codec, nullptr) < 0) return failed(file, "decoder does not start");
    frame_ = av_frame_alloc();
    packet_ = av_packet_alloc();
    return {};
  }

  Result<void> next(cv::Mat& out) override {
    // A file without a single frame would rewind for ever; two rewinds without one is the end.
    for (int rewinds = 0; rewinds < 2;) {
      const int got = avcodec_receive_frame(decoder_, frame_);
      if (got == 0) return convert(out);
      if (got != AVERROR(EAGAIN) && got != AVERROR_EOF) return failed(file_, "decoding failed");
      const int read = got == AVERROR_EOF ? AVERROR_EOF : av_read_frame(input_, packet_);
      if (read < 0) {
        av_seek_frame(input_, stream_, 0, AVSEEK_FLAG_BACKWARD);
        avcodec_flush_buffers(decoder_);
        ++rewinds;
        continue;
      }
      if (packet_->stream_index == stream_) avcodec_send_packet(decoder_, packet_);
      av_packet_unref(packet_);
    }
    return failed(file_, "gave no frame");
  }

  [[nodiscard]] double frames_per_second() const override {
    const double rate = av_q2d(input_->streams[stream_]->avg_frame_rate);
    return rate > 0 ? rate : 10.0;
  }

 private:
  Result<void> convert(cv::Mat& out) {
    out.create(frame_->height, frame_->width, CV_8UC3);
    scaler_ = sws_getCachedContext(
        scaler_, frame_->width, frame_->height, static_cast<AVPixelFormat>(frame_->format),
        frame_->width, frame_->height, AV_PIX_FMT_BGR24, SWS_BILINEAR, nullptr, nullptr, nullptr);
    if (scaler_ == nullptr) return failed(file_, "pixel format is not known");
    uint8_t* to[1] = {out.data};
    const int stride[1] = {static_cast<int>(out.step)};
    sws_scale(scaler_, frame_->data, frame_->linesize, 0, frame_->height, to, stride);
    return {};
  }

  std::string file_;
  AVFormatContext* input_ = nullptr;
  AVCodecContext* decoder_ = nullptr;
  AVFrame* frame_ = nullptr;
  AVPacket* packet_ = nullptr;
  SwsContext* scaler_ = nullptr;
  int stream_ = -1;
};

}  // namespace

Result<std::unique_ptr<Footage>> Footage::open(const std::string& file) {
  auto footage = std::make_unique<LibavFootage>();
  XUNJIE_TRY_VOID(footage->start(file));
  return std::unique_ptr<Footage>(std::move(footage));
}

Result<std::string> find_footage(const std::string& name) {
  for (const std::string& folder :
       {std::string(), std::string("/usr/share/doc/opencv-doc/examples/data/"),
        std::string("/usr/share/doc/opencv-doc/examples/")}) {
    if (std::filesystem::is_regular_file(folder + name)) return folder + name;
  }
  return failed(name, "is not in Debian's opencv-doc; install that package");
}

}  // namespace xunjie::street
