#include "watch/vehicle/offline_vehicle.h"

#include <atomic>
#include <cmath>
#include <memory>
#include <optional>

#include <boost/json.hpp>

#include "watch/vehicle/detection_file.h"
#include "watch/vehicle/live_drive.h"
#include "watch/vehicle/picture_parts.h"
#include "watch/vehicle/recorded_drive.h"
#include "watch/vehicle/track_source.h"

namespace xunjie::watch::vehicle {
namespace {

namespace json = boost::json;

double rounded(double value, double step) {
  return std::round(value / step) * step;
}

class Lines {
 public:
  Lines(std::FILE* file, UtcMicros start, const ports::CameraConfig& camera)
      : file_(file), start_(start), camera_(camera) {}

  void pass(const PassReport& report) {
    for (const auto& e : report.cleared)
      put({{"type", "cleared"}, {"finding", e.id.value}, {"at", time(e.at)}});
    for (const auto& e : report.raised) raised(e);
  }
  void health(ports::CameraState state, UtcMicros at) {
    put({{"type", "health"},
         {"camera", camera_.id.value},
         {"state", ports::name_of(state)},
         {"at", time(at)}});
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  void raised(const DriveRaised& e) {
    json::object line{
        {"type", "raised"},
        {"finding", e.id.value},
        {"camera", camera_.id.value},
        {"zone", camera_.zones[e.zone].id.value},
        {"violation", e.violation.value},
        {"since", time(e.since)},
        {"at", time(e.at)},
        {"box", json::array{share(e.box.x), share(e.box.y), share(e.box.w), share(e.box.h)}},
        {"label", e.label},
        {"score", rounded(e.score, 1e-3)},
        {"position", json::object{{"lon", rounded(e.position.lon, 1e-7)},
                                  {"lat", rounded(e.position.lat, 1e-7)},
                                  {"error_m", rounded(e.error_m, 0.1)}}}};
    if (e.shop_confidence > 0) {
      line["shop"] = e.shop.empty() ? json::value() : json::value(e.shop.value);
      line["shop_confidence"] = rounded(e.shop_confidence, 1e-3);
    }
    put(line);
  }
  [[nodiscard]] double time(UtcMicros at) const { return rounded((at - start_).seconds(), 1e-3); }
  static double share(double value) { return rounded(value, 1e-3); }
  // Plain decimals: json::serialize writes 1.25E1, which every reader of JSON takes but no person.
  static std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.7f", value);
    std::string out(text);
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
    return out == "-0" ? "0" : out;
  }
  static std::string written(const json::value& value) {
    if (value.is_double()) return number(value.get_double());
    std::string out;
    if (value.is_array()) {
      for (const auto& part : value.get_array()) out += (out.empty() ? "[" : ",") + written(part);
      return out + "]";
    }
    if (!value.is_object()) return json::serialize(value);
    for (const auto& member : value.get_object())
      out += (out.empty() ? "{" : ",") + json::serialize(json::value(member.key())) + ":" +
             written(member.value());
    return out + "}";
  }
  void put(const json::object& line) {
    failed_ =
        std::fputs((written(line) + "\n").c_str(), file_) < 0 || std::fflush(file_) != 0 || failed_;
  }

  std::FILE* file_;
  UtcMicros start_;
  const ports::CameraConfig& camera_;
  bool failed_ = false;
};

// `detector` must outlive it.
Result<Detect> detect_with(const Setup& setup, ports::Detector* detector) {
  if (setup.detections.empty())
    return Detect([detector](const cv::Mat& bgr, Micros) { return look_through(*detector, bgr); });
  XUNJIE_TRY(read, DetectionFile::read(setup.detections));
  return Detect(
      [boxes = std::make_shared<DetectionFile>(std::move(read))](const cv::Mat&, Micros media) {
        const auto* found = boxes->at(media);
        return found != nullptr ? std::optional(*found) : std::nullopt;
      });
}

Result<void> covered(const Track& track, UtcMicros start, const RecordedDriveStats& stats) {
  if (stats.placed > 0) return {};
  return make_error(ErrorCode::invalid_argument,
                    "start: the recording runs " + std::to_string(static_cast<int>(stats.media_s)) +
                        " s from " + to_rfc3339(start) + ", but the track from " +
                        to_rfc3339(track.begins().value_or(start)) + " to " +
                        to_rfc3339(track.ends().value_or(start)) +
                        "; give --start as date and time, or track.clock_offset_s",
                    "start");
}

}  // namespace

Result<void> watch_drive(const ports::CameraConfig& camera, const Setup& setup,
                         const std::string& source, UtcMicros start, const WatchOptions& options,
                         std::FILE* out, ports::Detector* detector) {
  if (setup.detections.empty() && detector == nullptr) {
    return make_error(
        ErrorCode::invalid_argument,
        "track.detections: is missing; a moving camera has no empty street to compare "
        "with, so it needs a detector's boxes, or --model",
        "track.detections");
  }
  const std::atomic<bool> never{false};
  XUNJIE_TRY(text, read_track(setup.track, {}, never));
  XUNJIE_TRY(detect, detect_with(setup, detector));
  const Plane plane(text.fixes.front().position);
  TrackOptions track_options;
  track_options.clock_offset = setup.clock_offset;
  track_options.filter.gps_error_m = setup.gps_error_m;
  const Track track(text.fixes, plane, track_options);
  DriveOptions drive_by;
  if (setup.detections.empty()) drive_by = drive_options(drive_by, detector->info());
  Drive drive(camera, setup.mounting, plane, setup.frontages, drive_by);
  Lines lines(out, start, camera);
  const DriveEars ears{[&](const PassReport& report) { lines.pass(report); },
                       [&](ports::CameraState state, UtcMicros at) { lines.health(state, at); }};
  DistanceClockOptions clock;
  clock.every_m = setup.look_every_m;
  XUNJIE_TRY(stats, judge_recording(drive, track, clock, source, start, options, detect, ears));
  if (lines.failed()) return make_error(ErrorCode::unavailable, "out: writing failed", "out");
  return covered(track, start, stats);
}

}  // namespace xunjie::watch::vehicle
