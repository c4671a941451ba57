#include "watch/probe.h"

#include <chrono>
#include <future>
#include <utility>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "watch/capture.h"
#include "watch/decode.h"
#include "watch/picture.h"
#include "watch/probe_address.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace xunjie::watch {
namespace {

using ports::ProbeFault;
using ports::ProbeReport;
using std::chrono::steady_clock;

constexpr double kDarkLevel = 28;  // mean luma, 0..255
constexpr int kSmallWidth = 640, kSmallHeight = 360;
constexpr int kStillQuality = 88;

bool holds(const std::string& text, const char* words) {
  return text.find(words) != std::string::npos;
}

// A capture's error says by its code what it knows, and in words what the library said.
ProbeFault fault_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::timeout:
      return ProbeFault::timed_out;
    case ErrorCode::unauthenticated:
    case ErrorCode::forbidden:
      return ProbeFault::authentication;
    case ErrorCode::not_found:
      return ProbeFault::not_there;
    case ErrorCode::invalid_argument:
      return ProbeFault::bad_address;
    default:
      break;
  }
  const std::string& words = error.message;
  if (holds(words, "401") || holds(words, "403")) return ProbeFault::authentication;
  if (holds(words, "404")) return ProbeFault::not_there;
  return holds(words, "onnection") ? ProbeFault::broken_off : ProbeFault::no_video;
}

std::vector<std::byte> still_of(const AVFrame& frame,
                                const std::vector<domain::PicturePolygon>& masks) {
  cv::Mat picture = bgr_of(frame);
  if (picture.empty()) return {};
  for (const auto& mask : masks) {
    std::vector<cv::Point> points;
    points.reserve(mask.size());
    for (const auto& p : mask) {
      points.emplace_back(cvRound(p.x * picture.cols), cvRound(p.y * picture.rows));
    }
    cv::fillPoly(picture, std::vector<std::vector<cv::Point>>{points}, cv::Scalar(40, 40, 40));
  }
  std::vector<std::uint8_t> encoded;
  cv::imencode(".jpg", picture, encoded, {cv::IMWRITE_JPEG_QUALITY, kStillQuality});
  const auto bytes = std::as_bytes(std::span(encoded));
  return {bytes.begin(), bytes.end()};
}

// What was seen until the second keyframe or the end of patience.
struct Seen {
  std::optional<Packet> key;
  std::optional<double> between_s;
  std::size_t bytes = 0, packets = 0;
  Micros span;
  steady_clock::duration since_key{};
  std::optional<Error> error;  // it broke off
  bool ended = false;
};

Seen read_on(Capture& capture, const ProbeOptions& options, const std::atomic<bool>& stop) {
  Seen seen;
  std::optional<Micros> first;
  auto key_at = steady_clock::now();
  const auto until = key_at + std::chrono::microseconds(options.look.count);
  while (!stop && steady_clock::now() < until) {
    auto read = capture.read();
    if (!read) {
      seen.error = read.error();
      break;
    }
    if (!*read) {
      seen.ended = true;
      break;
    }
    const Packet& packet = **read;
    if (!first) first = packet.media;
    seen.span = packet.media - *first;
    if (packet.key && seen.key) {
      seen.between_s = (packet.media - seen.key->media).seconds();
      break;
    }
    seen.bytes += packet.bytes;
    ++seen.packets;
    if (packet.key) {
      seen.key = packet;
      key_at = steady_clock::now();
    }
  }
  seen.since_key = steady_clock::now() - key_at;
  return seen;
}

void look_into(const Seen& seen, const StreamInfo& stream, const ports::ProbeRequest& request,
               ProbeReport& report) {
  auto decoder = Decoder::open(stream);
  if (!decoder) {
    report.faults.push_back(ProbeFault::codec_unsupported);
    return;
  }
  const auto frame = decoder->decode_key(*seen.key, true);
  if (!frame) {
    report.faults.push_back(ProbeFault::undecodable);
    return;
  }
  report.width = stream.codec->width;
  report.height = stream.codec->height;
  report.still = still_of(**frame, request.masks);
  const Look look = look_at(**frame, {});
  if (look.grid.width > 0 && cv::mean(look.luma)[0] < kDarkLevel)
    report.faults.push_back(ProbeFault::dark);
  if (report.width < kSmallWidth || report.height < kSmallHeight)
    report.faults.push_back(ProbeFault::small);
}

void note_pace(const Seen& seen, const StreamInfo& stream, const ProbeOptions& options,
               ProbeReport& report) {
  if (stream.fps > 0) report.frame_rate = stream.fps;
  if (seen.span >= seconds(1)) {
    report.bits_per_s = static_cast<double>(seen.bytes) * 8 / seen.span.seconds();
    // What came is surer than what the stream says of itself.
    report.frame_rate = static_cast<double>(seen.packets) / seen.span.seconds();
  }
  report.keyframe_interval_s = seen.between_s;
  const double waited = std::chrono::duration<double>(seen.since_key).count();
  if (seen.between_s.value_or(waited) > options.keyframes_far.seconds())
    report.faults.push_back(ProbeFault::keyframes_far);
}

void look_at_source(Capture& capture, const ports::ProbeRequest& request,
                    const ProbeOptions& options, const std::atomic<bool>& stop,
                    ProbeReport& report) {
  const Seen seen = read_on(capture, options, stop);
  const StreamInfo& stream = capture.stream();
  report.codec = avcodec_get_name(stream.codec->codec_id);
  if (!seen.key) {
    const bool silent = seen.error && seen.error->code == ErrorCode::timeout;
    if (silent) return report.faults.push_back(ProbeFault::timed_out);
    const bool broken = seen.error || seen.ended;
    return report.faults.push_back(broken ? ProbeFault::broken_off : ProbeFault::keyframes_far);
  }
  note_pace(seen, stream, options, report);
  look_into(seen, stream, request, report);
}

}  // namespace

ProbeReport probe_source(const ports::ProbeRequest& request, const ProbeOptions& options,
                         const std::atomic<bool>& stop) {
  ProbeReport report;
  report.shown = shown_url(request.source);
  const auto address = probe_address(request.source);
  const auto fault = address ? knock(*address, options.knock, stop) : ProbeFault::bad_address;
  if (fault) {
    report.faults.push_back(*fault);
    return report;
  }
  CaptureOptions capturing;
  capturing.open_timeout = options.open;
  capturing.read_timeout = options.open;
  auto capture = Capture::open(request.source, capturing, stop);
  if (!capture)
    report.faults.push_back(fault_of(capture.error()));
  else
    look_at_source(**capture, request, options, stop, report);
  return report;
}

Prober::~Prober() {
  stop();
  std::list<Place> places;
  {
    const std::lock_guard lock(mutex_);
    places.swap(places_);
  }
  for (Place& place : places) place.thread.join();
}

void Prober::stop() {
  stop_ = true;
}

void Prober::reap() {
  for (auto place = places_.begin(); place != places_.end();) {
    if (!place->done) {
      ++place;
      continue;
    }
    place->thread.join();
    place = places_.erase(place);
  }
}

Result<void> Prober::run(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  reap();
  if (stop_ || places_.size() >= static_cast<std::size_t>(options_.at_once)) {
    return make_error(ErrorCode::unavailable, "正在探测的视频源已达上限，请稍后再试");
  }
  Place& place = places_.emplace_back();
  place.thread = std::thread([&place, work = std::move(work)] {
    work();
    place.done = true;
  });
  return {};
}

Result<ProbeReport> Prober::probe(const ports::ProbeRequest& request) {
  auto told = std::make_shared<std::promise<ProbeReport>>();
  auto answer = told->get_future();
  XUNJIE_TRY_VOID(
      run([this, told, request] { told->set_value(probe_source(request, options_, stop_)); }));
  if (answer.wait_for(std::chrono::microseconds(options_.patience.count)) ==
      std::future_status::ready) {
    return answer.get();
  }
  ProbeReport late;
  late.shown = shown_url(request.source);
  late.faults.push_back(ProbeFault::timed_out);
  return late;
}

}  // namespace xunjie::watch
