#include "watch/receive/libav_capture.h"

#include <algorithm>
#include <chrono>

#include "watch/media_clock.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace xunjie::watch::receive {
namespace {

// A damaged stream is read on as long as sound packets come now and then.
constexpr int kMaxDamagedInARow = 1000;

std::string words_of(int code) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof text);
  return text;
}

class Options {
 public:
  ~Options() { av_dict_free(&values_); }
  void set(const char* key, const char* value) { av_dict_set(&values_, key, value, 0); }
  AVDictionary** get() { return &values_; }

 private:
  AVDictionary* values_ = nullptr;
};

// libavformat's name for the address, and how media is to come.
std::string with_transport(const std::string& url, const TlsOptions& tls, Options& values) {
  const bool datagrams = url.rfind("rtspu://", 0) == 0;
  values.set("rtsp_transport", datagrams ? "udp" : "tcp");
  if (url.rfind("rtsps://", 0) == 0 && tls.verify) {
    values.set("tls_verify", "1");
    values.set("ca_file",
               tls.ca_file.empty() ? "/etc/ssl/certs/ca-certificates.crt" : tls.ca_file.c_str());
  }
  return datagrams ? "rtsp" + url.substr(5) : url;
}

class LibavCapture final : public Capture {
 public:
  LibavCapture(const CaptureOptions& options, const std::atomic<bool>& stop)
      : options_(options), stop_(stop) {}
  ~LibavCapture() override;

  Result<void> open_stream(const std::string& url);
  [[nodiscard]] const StreamInfo& stream() const override { return stream_; }
  Result<std::optional<Packet>> read() override;

 private:
  static int interrupted(void* self);
  void allow(Micros span);
  [[nodiscard]] Error failed(int code, const std::string& what) const;
  Result<void> choose_stream(const std::string& url);
  Packet take(std::shared_ptr<AVPacket> packet);

  CaptureOptions options_;
  const std::atomic<bool>& stop_;
  std::chrono::steady_clock::time_point deadline_;
  AVFormatContext* format_ = nullptr;
  StreamInfo stream_;
  int index_ = -1;
  std::uint64_t number_ = 0;
  MediaClock clock_;
};

LibavCapture::~LibavCapture() {
  allow(seconds(2));
  if (format_ != nullptr) avformat_close_input(&format_);
}

int LibavCapture::interrupted(void* self) {
  const auto* capture = static_cast<const LibavCapture*>(self);
  return capture->stop_.load(std::memory_order_relaxed) ||
                 std::chrono::steady_clock::now() > capture->deadline_
             ? 1
             : 0;
}

void LibavCapture::allow(Micros span) {
  deadline_ = std::chrono::steady_clock::now() + std::chrono::microseconds(span.count);
}

Error LibavCapture::failed(int code, const std::string& what) const {
  const bool late = std::chrono::steady_clock::now() > deadline_;
  ErrorCode kind = late ? ErrorCode::timeout : ErrorCode::unavailable;
  if (code == AVERROR_HTTP_UNAUTHORIZED) kind = ErrorCode::unauthenticated;
  if (code == AVERROR_HTTP_FORBIDDEN) kind = ErrorCode::forbidden;
  if (code == AVERROR_HTTP_NOT_FOUND) kind = ErrorCode::not_found;
  return make_error(kind, what + ": " + (late ? "timed out" : words_of(code)), "source");
}

Result<void> LibavCapture::open_stream(const std::string& url) {
  // Damaged packets are our business, and its lines may show the URL.
  av_log_set_level(AV_LOG_FATAL);
  allow(options_.open_timeout);
  format_ = avformat_alloc_context();
  format_->interrupt_callback = {&LibavCapture::interrupted, this};
  format_->max_analyze_duration = 3 * AV_TIME_BASE;
  format_->flags |= AVFMT_FLAG_DISCARD_CORRUPT;
  Options values;
  const std::string address = with_transport(url, options_.tls, values);
  if (const int code = avformat_open_input(&format_, address.c_str(), nullptr, values.get());
      code < 0) {
    format_ = nullptr;  // freed by libavformat
    return failed(code, "cannot open " + shown_url(url));
  }
  if (const int code = avformat_find_stream_info(format_, nullptr); code < 0)
    return failed(code, "cannot read " + shown_url(url));
  return choose_stream(url);
}

Result<void> LibavCapture::choose_stream(const std::string& url) {
  index_ = av_find_best_stream(format_, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (index_ < 0)
    return make_error(ErrorCode::unavailable, "no video in " + shown_url(url), "source");
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    if (static_cast<int>(i) != index_) format_->streams[i]->discard = AVDISCARD_ALL;
  }
  const AVStream* stream = format_->streams[index_];
  if (stream->codecpar->width < 64 || stream->codecpar->height < 64) {
    return make_error(ErrorCode::unavailable, "no readable picture in " + shown_url(url), "source");
  }
  AVCodecParameters* codec = avcodec_parameters_alloc();
  avcodec_parameters_copy(codec, stream->codecpar);
  stream_.codec = {codec, [](AVCodecParameters* p) { avcodec_parameters_free(&p); }};
  stream_.time_base_num = stream->time_base.num;
  stream_.time_base_den = stream->time_base.den;
  if (stream->avg_frame_rate.num > 0) stream_.fps = av_q2d(stream->avg_frame_rate);
  return {};
}

Packet LibavCapture::take(std::shared_ptr<AVPacket> packet) {
  const AVRational base{stream_.time_base_num, stream_.time_base_den};
  const std::int64_t stamp = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
  std::optional<std::int64_t> us;
  if (stamp != AV_NOPTS_VALUE) us = av_rescale_q(stamp, base, {1, 1'000'000});
  Packet out;
  out.number = ++number_;
  out.bytes = static_cast<std::size_t>(packet->size);
  out.media = clock_.at(us, Micros{static_cast<std::int64_t>(1e6 / std::max(1.0, stream_.fps))});
  out.key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
  out.data = std::move(packet);
  return out;
}

Result<std::optional<Packet>> LibavCapture::read() {
  allow(options_.read_timeout);
  int damaged = 0;
  while (true) {
    std::shared_ptr<AVPacket> packet(av_packet_alloc(), [](AVPacket* p) { av_packet_free(&p); });
    const int code = av_read_frame(format_, packet.get());
    if (code == AVERROR_EOF) return std::optional<Packet>{};
    if (code == AVERROR_INVALIDDATA && ++damaged < kMaxDamagedInARow) continue;
    if (code < 0) {
      if (stop_.load(std::memory_order_relaxed))
        return make_error(ErrorCode::unavailable, "stopped");
      const bool late = std::chrono::steady_clock::now() > deadline_;
      return make_error(
          late ? ErrorCode::timeout : ErrorCode::unavailable,
          late ? "no picture data came in time" : "reading failed: " + words_of(code));
    }
    if (packet->stream_index != index_ || packet->size <= 0) continue;
    return std::optional<Packet>(take(std::move(packet)));
  }
}

}  // namespace

Result<std::unique_ptr<Capture>> open_libav(const std::string& url, const CaptureOptions& options,
                                            const std::atomic<bool>& stop) {
  auto capture = std::make_unique<LibavCapture>(options, stop);
  XUNJIE_TRY_VOID(capture->open_stream(url));
  return std::unique_ptr<Capture>(std::move(capture));
}

}  // namespace xunjie::watch::receive
