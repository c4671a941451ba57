#include "watch/receive/http_capture.h"

#include <curl/curl.h>

#include <cstring>
#include <deque>
#include <utility>

#include "base/check.h"
#include "watch/media_clock.h"
#include "watch/receive/link.h"
#include "watch/receive/multipart.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace xunjie::watch::receive {
namespace {

constexpr std::size_t kMaxPicture = 8U << 20U;
constexpr std::size_t kMaxWaiting = 8;
constexpr int kWaitMs = 100;  // how soon `stop` is noticed

Error refusal(long status) {
  const std::string told = "the source answers " + std::to_string(status);
  if (status == 401)
    return make_error(ErrorCode::unauthenticated, told + ": user name or password", "source");
  if (status == 403) return make_error(ErrorCode::forbidden, told, "source");
  if (status == 404 || status == 410) return make_error(ErrorCode::not_found, told, "source");
  return make_error(ErrorCode::unavailable, told, "source");
}

Error from_curl(CURLcode code) {
  const std::string words = curl_easy_strerror(code);
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return make_error(ErrorCode::unauthenticated, "the source's certificate is not trusted",
                        "tls");
    case CURLE_OPERATION_TIMEDOUT:
      return make_error(ErrorCode::timeout, "the source does not answer in time");
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return make_error(ErrorCode::invalid_argument, "source: not a usable http(s) address",
                        "source");
    default:
      return make_error(ErrorCode::unavailable, "cannot read the source: " + words, "source");
  }
}

class HttpCapture final : public Capture {
 public:
  HttpCapture(CaptureOptions options, const std::atomic<bool>& stop)
      : options_(std::move(options)), stop_(stop) {}
  ~HttpCapture() override;

  Result<void> open(const std::string& url);
  Result<std::optional<Packet>> read() override;
  [[nodiscard]] const StreamInfo& stream() const override { return stream_; }
  [[nodiscard]] std::uint64_t generation() const override { return generation_; }

 private:
  static std::size_t written(char* data, std::size_t, std::size_t count, void* self);
  void prepare(const std::string& url);
  Result<void> await_picture();
  Result<void> turn();
  Result<void> ended(CURLcode code);
  void begin();
  bool take_bytes(std::string_view bytes);
  bool take_picture(std::string_view bytes);
  bool describe(std::string_view bytes);

  CaptureOptions options_;
  const std::atomic<bool>& stop_;
  CURL* easy_ = nullptr;
  CURLM* multi_ = nullptr;
  bool running_ = false, classified_ = false;
  std::optional<Multipart> parts_;
  std::string body_;            // of a still
  std::optional<Error> error_;  // why a callback ended the transfer
  std::optional<Error> over_;
  std::deque<std::shared_ptr<AVPacket>> pictures_;
  Micros deadline_, next_poll_;
  StreamInfo stream_;
  std::uint64_t generation_ = 0, number_ = 0;
  MediaClock clock_;
};

HttpCapture::~HttpCapture() {
  if (running_) curl_multi_remove_handle(multi_, easy_);
  if (easy_ != nullptr) curl_easy_cleanup(easy_);
  if (multi_ != nullptr) curl_multi_cleanup(multi_);
}

// curl_global_init is not thread-safe on its own; a static's construction is.
void initialise_once() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  XUNJIE_CHECK(ready);
}

void HttpCapture::prepare(const std::string& url) {
  initialise_once();
  easy_ = curl_easy_init();
  multi_ = curl_multi_init();
  XUNJIE_CHECK(easy_ != nullptr && multi_ != nullptr);
  curl_easy_setopt(easy_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(easy_, CURLOPT_MAXREDIRS, 3L);
  curl_easy_setopt(easy_, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST));
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_USERAGENT, "xunjie");
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_.open_timeout.count / 1000));
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, options_.tls.verify ? 1L : 0L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, options_.tls.verify ? 2L : 0L);
  if (!options_.tls.ca_file.empty())
    curl_easy_setopt(easy_, CURLOPT_CAINFO, options_.tls.ca_file.c_str());
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &HttpCapture::written);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
}

std::size_t HttpCapture::written(char* data, std::size_t, std::size_t count, void* self) {
  return static_cast<HttpCapture*>(self)->take_bytes({data, count}) ? count : 0;
}

bool HttpCapture::take_bytes(std::string_view bytes) {
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return true;  // told when the transfer ends
  if (!classified_) {
    const char* type = nullptr;
    curl_easy_getinfo(easy_, CURLINFO_CONTENT_TYPE, &type);
    if (auto boundary = boundary_of(type != nullptr ? type : ""))
      parts_.emplace(std::move(*boundary), kMaxPicture);
    classified_ = true;
  }
  if (parts_) {
    const auto fed = parts_->feed(bytes, [this](std::string_view body) { take_picture(body); });
    if (!fed.ok()) error_ = fed.error();
    return fed.ok();
  }
  if (body_.size() + bytes.size() > kMaxPicture) {
    error_ = make_error(ErrorCode::too_large, "the source's picture is larger than 8 MiB");
    return false;
  }
  body_.append(bytes);
  return true;
}

bool HttpCapture::describe(std::string_view bytes) {
  const auto size = jpeg_size(bytes);
  if (!size || size->width < 64 || size->height < 64 || size->width > 16384 || size->height > 16384)
    return false;
  if (stream_.codec && stream_.codec->width == size->width && stream_.codec->height == size->height)
    return true;
  stream_.codec = {avcodec_parameters_alloc(),
                   [](AVCodecParameters* p) { avcodec_parameters_free(&p); }};
  stream_.codec->codec_type = AVMEDIA_TYPE_VIDEO;
  stream_.codec->codec_id = AV_CODEC_ID_MJPEG;
  stream_.codec->width = size->width;
  stream_.codec->height = size->height;
  stream_.fps = parts_ ? 5 : 1 / std::max(0.1, options_.poll_period.seconds());
  ++generation_;
  pictures_.clear();  // of the size before
  return true;
}

// False when it is cut off or no JPEG; the next may be sound.
bool HttpCapture::take_picture(std::string_view bytes) {
  if (!describe(bytes)) return false;
  std::shared_ptr<AVPacket> packet(av_packet_alloc(), [](AVPacket* p) { av_packet_free(&p); });
  if (!packet || av_new_packet(packet.get(), static_cast<int>(bytes.size())) < 0) return false;
  std::memcpy(packet->data, bytes.data(), bytes.size());
  packet->flags |= AV_PKT_FLAG_KEY;
  if (pictures_.size() >= kMaxWaiting) pictures_.pop_front();
  pictures_.push_back(std::move(packet));
  return true;
}

void HttpCapture::begin() {
  classified_ = false;
  parts_.reset();
  body_.clear();
  error_.reset();
  curl_multi_add_handle(multi_, easy_);
  running_ = true;
  next_poll_ = steady_now() + options_.poll_period;
}

Result<void> HttpCapture::ended(CURLcode code) {
  curl_multi_remove_handle(multi_, easy_);
  running_ = false;
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  if (error_) return *error_;
  if (code != CURLE_OK) return from_curl(code);
  if (status != 200) return refusal(status);
  if (parts_) return make_error(ErrorCode::unavailable, "the source has ended the stream");
  if (!take_picture(body_))
    return make_error(ErrorCode::unavailable, "the source's answer is no JPEG picture", "source");
  return {};
}

Result<void> HttpCapture::turn() {
  if (stop_.load(std::memory_order_relaxed)) return make_error(ErrorCode::unavailable, "stopped");
  const Micros now = steady_now();
  if (!running_ && now >= next_poll_) begin();
  if (running_ && now > deadline_) return make_error(ErrorCode::timeout, "no picture came in time");
  int going = 0, left = 0;
  curl_multi_perform(multi_, &going);
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) return ended(message->data.result);
  }
  if (pictures_.empty()) curl_multi_poll(multi_, nullptr, 0, kWaitMs, nullptr);
  return {};
}

Result<void> HttpCapture::await_picture() {
  while (pictures_.empty()) {
    if (over_) return *over_;
    auto went = turn();
    if (went.ok()) continue;
    if (pictures_.empty()) return went;
    over_ = went.error();  // what came before the end is still handed out
  }
  return {};
}

Result<void> HttpCapture::open(const std::string& url) {
  prepare(url);
  stream_.time_base_num = 1;
  stream_.time_base_den = 1'000'000;
  deadline_ = steady_now() + options_.open_timeout;
  const auto first = await_picture();
  if (first.ok()) return {};
  Error error = first.error();
  error.message += " (" + shown_url(url) + ")";
  return error;
}

Result<std::optional<Packet>> HttpCapture::read() {
  deadline_ = steady_now() + options_.read_timeout + options_.poll_period;
  XUNJIE_TRY_VOID(await_picture());
  Packet out;
  out.number = ++number_;
  out.key = true;
  out.bytes = static_cast<std::size_t>(pictures_.front()->size);
  out.media = clock_.at(steady_now().count, millis(100));
  pictures_.front()->pts = out.media.count;
  out.data = std::move(pictures_.front());
  pictures_.pop_front();
  return std::optional<Packet>(std::move(out));
}

}  // namespace

Result<std::unique_ptr<Capture>> open_http(const std::string& url, const CaptureOptions& options,
                                           const std::atomic<bool>& stop) {
  auto capture = std::make_unique<HttpCapture>(options, stop);
  XUNJIE_TRY_VOID(capture->open(url));
  return std::unique_ptr<Capture>(std::move(capture));
}

}  // namespace xunjie::watch::receive
