#include "watch/capture.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

extern "C" {
#include <libavformat/avformat.h>
}

namespace xunjie::watch {
namespace {

// A damaged stream is read on as long as sound packets come now and then.
constexpr int kMaxDamagedInARow = 1000;

std::string words_of(int code) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof text);
  return text;
}

std::string scheme_of(const std::string& url) {
  const auto end = url.find("://");
  return end == std::string::npos ? "" : url.substr(0, end);
}

// Only what a camera needs: libavformat knows protocols that read other files or run over the web.
Result<void> check_scheme(const std::string& url) {
  constexpr std::array<std::string_view, 7> allowed{"",      "file", "tcp", "rtsp",
                                                    "rtsps", "udp",  "rtp"};
  const std::string scheme = scheme_of(url);
  if (std::find(allowed.begin(), allowed.end(), scheme) != allowed.end()) return {};
  return make_error(
      ErrorCode::invalid_argument,
      "source: protocol \"" + scheme + "\" is not supported; rtsp, tcp, udp, rtp or a file",
      "source");
}

class Options {
 public:
  ~Options() { av_dict_free(&values_); }
  void set(const char* key, const char* value) { av_dict_set(&values_, key, value, 0); }
  AVDictionary** get() { return &values_; }

 private:
  AVDictionary* values_ = nullptr;
};

}  // namespace

std::string shown_url(const std::string& url) {
  const auto start = url.find("://");
  if (start == std::string::npos) return url;
  std::string rest = url.substr(start + 3);
  const auto authority = rest.substr(0, rest.find('/'));
  if (const auto user = authority.rfind('@'); user != std::string::npos) rest.erase(0, user + 1);
  if (const auto query = rest.find('?'); query != std::string::npos) rest.erase(query);
  return url.substr(0, start + 3) + rest;
}

Capture::Capture(const CaptureOptions& options, const std::atomic<bool>& stop)
    : options_(options), stop_(stop) {}

Capture::~Capture() {
  allow(seconds(2));
  if (format_ != nullptr) avformat_close_input(&format_);
}

int Capture::interrupted(void* self) {
  const auto* capture = static_cast<const Capture*>(self);
  return capture->stop_.load(std::memory_order_relaxed) ||
                 std::chrono::steady_clock::now() > capture->deadline_
             ? 1
             : 0;
}

void Capture::allow(Micros span) {
  deadline_ = std::chrono::steady_clock::now() + std::chrono::microseconds(span.count);
}

Result<std::unique_ptr<Capture>> Capture::open(const std::string& url,
                                               const CaptureOptions& options,
                                               const std::atomic<bool>& stop) {
  XUNJIE_TRY_VOID(check_scheme(url));
  std::unique_ptr<Capture> capture(new Capture(options, stop));
  XUNJIE_TRY_VOID(capture->open_stream(url));
  return capture;
}

Result<void> Capture::open_stream(const std::string& url) {
  av_log_set_level(
      AV_LOG_FATAL);  // damaged packets are our business, and its lines may show the URL
  allow(options_.open_timeout);
  format_ = avformat_alloc_context();
  format_->interrupt_callback = {&Capture::interrupted, this};
  format_->max_analyze_duration = 3 * AV_TIME_BASE;
  format_->flags |= AVFMT_FLAG_DISCARD_CORRUPT;
  Options values;
  values.set("rtsp_transport", "tcp");
  const auto failed = [&](int code, const std::string& what) {
    const bool late = std::chrono::steady_clock::now() > deadline_;
    return make_error(late ? ErrorCode::timeout : ErrorCode::unavailable,
                      what + " " + shown_url(url) + ": " + (late ? "timed out" : words_of(code)),
                      "source");
  };
  if (const int code = avformat_open_input(&format_, url.c_str(), nullptr, values.get());
      code < 0) {
    format_ = nullptr;  // freed by libavformat
    return failed(code, "cannot open");
  }
  if (const int code = avformat_find_stream_info(format_, nullptr); code < 0) {
    return failed(code, "cannot read");
  }
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

Packet Capture::take(std::shared_ptr<AVPacket> packet) {
  const AVRational base{stream_.time_base_num, stream_.time_base_den};
  std::int64_t stamp = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
  std::int64_t media = last_ + static_cast<std::int64_t>(1e6 / std::max(1.0, stream_.fps));
  if (stamp != AV_NOPTS_VALUE) {
    const std::int64_t us = av_rescale_q(stamp, base, {1, 1'000'000});
    if (!first_) first_ = us;
    // A source that starts its clock anew must not throw the time line back or years ahead.
    if (std::abs(us - *first_ - last_) < 600'000'000)
      media = us - *first_;
    else
      first_ = us - media;
  }
  last_ = std::max<std::int64_t>(0, media);
  Packet out;
  out.number = ++number_;
  out.bytes = static_cast<std::size_t>(packet->size);
  out.media = Micros{last_};
  out.key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
  out.data = std::move(packet);
  return out;
}

Result<std::optional<Packet>> Capture::read() {
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

}  // namespace xunjie::watch
