#include "watch/offline.h"

#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "watch/camera_json.h"
#include "watch/capture.h"
#include "watch/decode.h"
#include "watch/detect/detect_queue.h"
#include "watch/detect/model_detector.h"
#include "watch/gop_ring.h"
#include "watch/health.h"
#include "watch/look_clock.h"
#include "watch/street.h"
#include "watch/vehicle/offline_vehicle.h"

namespace xunjie::watch {
namespace {

// Any day will do: only the time of day matters, for permitted hours.
constexpr UtcMicros kMidnightUtc{1'767'225'600'000'000};  // 2026-01-01T00:00:00Z

Result<Micros> time_of_day_of(const std::string& text) {
  if (text.empty()) return Micros{};
  int h = 0, m = 0, s = 0, used = 0;
  const bool with_seconds = std::sscanf(text.c_str(), "%2d:%2d:%2d%n", &h, &m, &s, &used) == 3;
  const bool without = !with_seconds && std::sscanf(text.c_str(), "%2d:%2d%n", &h, &m, &used) == 2;
  const bool whole = (with_seconds || without) && static_cast<std::size_t>(used) == text.size();
  if (!whole || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59) {
    return make_error(ErrorCode::invalid_argument,
                      "start: \"" + text.substr(0, 40) + "\" is not a time of day such as 17:30",
                      "start");
  }
  return seconds(h * 3600 + m * 60 + s);
}

// "HH:MM", "HH:MM:SS" (local) or RFC 3339; empty is local midnight.
Result<UtcMicros> start_of(const std::string& text, Micros local_offset) {
  if (text.find('T') != std::string::npos) {
    auto parsed = parse_rfc3339(text);
    if (parsed.ok()) return parsed;
    return make_error(ErrorCode::invalid_argument, "start: " + parsed.error().message, "start");
  }
  XUNJIE_TRY(time, time_of_day_of(text));
  return kMidnightUtc - local_offset + time;
}

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", value);
  std::string out(text.data());
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out == "-0" ? "0" : out;
}

// FINDINGS.jsonl. Every text in it is an id of letters, digits, '_' and '-', a name of ours,
// or a class of a model, which has no quotes in its name.
class Lines {
 public:
  Lines(std::FILE* file, UtcMicros start, std::string camera)
      : file_(file), start_(start), camera_(std::move(camera)) {}

  void raised(const RaisedEvent& e, const ports::Zone& zone) {
    const auto& b = e.box;
    put("{\"type\":\"raised\",\"finding\":\"" + e.id.value + "\",\"camera\":\"" + camera_ +
        "\",\"zone\":\"" + zone.id.value + "\",\"violation\":\"" + e.violation.value +
        "\",\"since\":" + time(e.since) + ",\"at\":" + time(e.at) + ",\"box\":[" + number(b.x) +
        "," + number(b.y) + "," + number(b.w) + "," + number(b.h) + "],\"label\":\"" + e.label +
        "\",\"score\":" + number(e.score) + "}");
  }
  void cleared(const ClearedEvent& e) {
    put("{\"type\":\"cleared\",\"finding\":\"" + e.id.value + "\",\"at\":" + time(e.at) + "}");
  }
  void health(ports::CameraState state, UtcMicros at) {
    put("{\"type\":\"health\",\"camera\":\"" + camera_ + "\",\"state\":\"" +
        std::string(ports::name_of(state)) + "\",\"at\":" + time(at) + "}");
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  [[nodiscard]] std::string time(UtcMicros at) const { return number((at - start_).seconds()); }
  void put(const std::string& line) {
    failed_ = std::fputs((line + "\n").c_str(), file_) < 0 || std::fflush(file_) != 0 || failed_;
  }

  std::FILE* file_;
  UtcMicros start_;
  std::string camera_;
  bool failed_ = false;
};

class OfflineRun {
 public:
  OfflineRun(const ports::CameraConfig& camera, const WatchOptions& options, UtcMicros start,
             Lines& lines, ports::Detector* detector)
      : street_(camera, options),
        clock_(options, street_.shortest_dwell()),
        ring_(options.ring_bytes),
        start_(start),
        lines_(lines),
        detector_(detector) {}

  Result<void> run(Capture& capture) {
    XUNJIE_TRY(decoder, Decoder::open(capture.stream()));
    generation_ = capture.generation();
    while (true) {
      auto read = capture.read();
      if (!read.ok()) {  // the rest is unreadable; what was seen so far stands
        lines_.health(ports::CameraState::lost, at_);
        return {};
      }
      if (!*read) return {};
      if (std::exchange(generation_, capture.generation()) != capture.generation()) {
        ring_.clear();
        XUNJIE_TRY(fresh, Decoder::open(capture.stream()));
        decoder = std::move(fresh);
      }
      Packet packet = std::move(**read);
      packet.at = at_ = start_ + packet.media;
      stats_.media_s = packet.media.seconds();
      const bool due = !packet.damaged && clock_.due(packet);
      ring_.push(packet);
      if (due) look(decoder, packet);
      if (lines_.failed()) return make_error(ErrorCode::unavailable, "out: writing failed", "out");
    }
  }

  [[nodiscard]] const RecordingStats& stats() const { return stats_; }

 private:
  void look(Decoder& decoder, const Packet& packet) {
    auto frame = packet.key ? decoder.decode_key(packet)
                            : decoder.decode_run(ring_.run_after(decoder.position()));
    if (!frame.ok()) return;
    const Look look = look_at(**frame, packet.at);
    if (look.grid.width == 0) return;
    ++stats_.looks;
    const Judgement judged = street_.judge(look);
    clock_.looked(packet.at, judged.maturing, judged.learning);
    if (!judged.learning) {
      if (const auto change = health_.observe(judged.verdict, packet.at))
        lines_.health(change->state, change->at);
    }
    for (const auto& e : judged.cleared) lines_.cleared(e);
    for (const auto& e : judged.raised) raised(e);
    answer(judged, **frame, packet.at);
  }

  void answer(const Judgement& judged, const AVFrame& frame, UtcMicros at) {
    if (judged.candidates.empty() || detector_ == nullptr) return;
    const auto words = ask_now(*detector_, frame, judged.candidates);
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (const auto e = street_.answer(judged.candidates[i].number, words[i], at)) raised(*e);
    }
  }

  void raised(const RaisedEvent& event) {
    ++stats_.raised;
    lines_.raised(event, street_.camera().zones[event.zone]);
  }

  Street street_;
  LookClock clock_;
  GopRing ring_;
  HealthTrack health_;
  std::uint64_t generation_ = 0;
  UtcMicros start_, at_;
  Lines& lines_;
  ports::Detector* detector_;
  RecordingStats stats_;
};

// Files a vehicle camera names lie beside its CAMERA.json.
std::string beside(const std::string& camera_file, const std::string& name) {
  if (name.empty() || name.find("://") != std::string::npos) return name;
  return (std::filesystem::path(camera_file).parent_path() / name).string();
}

Result<void> watch_vehicle(const ports::CameraConfig& camera, const OfflineOptions& options,
                           UtcMicros start, std::FILE* out, ports::Detector* detector) {
  XUNJIE_TRY(text, camera_text(options.camera));
  XUNJIE_TRY(setup, vehicle::setup_from_json(text));
  setup.track = beside(options.camera, setup.track);
  setup.detections = beside(options.camera, setup.detections);
  return vehicle::watch_drive(camera, setup, options.source, start, options.watch, out, detector);
}

}  // namespace

Result<RecordingStats> watch_recording(const ports::CameraConfig& camera, const std::string& source,
                                       UtcMicros start, const WatchOptions& options, std::FILE* out,
                                       ports::Detector* detector) {
  const std::atomic<bool> never{false};
  XUNJIE_TRY(capture, Capture::open(source, {}, never));
  Lines lines(out, start, camera.id.value);
  WatchOptions asking = options;
  asking.ask_detector = detector != nullptr;
  OfflineRun run(camera, asking, start, lines, detector);
  XUNJIE_TRY_VOID(run.run(*capture));
  if (run.stats().looks == 0) {
    return make_error(ErrorCode::unavailable, "source: no readable picture in " + shown_url(source),
                      "source");
  }
  return run.stats();
}

Result<int> run_offline(const OfflineOptions& options) {
  XUNJIE_TRY(camera, camera_from_file(options.camera));
  XUNJIE_TRY(start, start_of(options.start, options.watch.local_offset));
  std::unique_ptr<ModelDetector> detector;
  if (!options.model.empty()) {
    XUNJIE_TRY(opened, ModelDetector::open(options.model));
    detector = std::move(opened);
  }
  const bool to_stdout = options.out.empty() || options.out == "-";
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      to_stdout ? nullptr : std::fopen(options.out.c_str(), "w"), &std::fclose);
  if (!to_stdout && !file) {
    return make_error(ErrorCode::invalid_argument, "out: cannot write " + options.out, "out");
  }
  if (camera.kind == "vehicle") {
    XUNJIE_TRY_VOID(
        watch_vehicle(camera, options, start, to_stdout ? stdout : file.get(), detector.get()));
    return 0;
  }
  XUNJIE_TRY_VOID(watch_recording(camera, options.source, start, options.watch,
                                  to_stdout ? stdout : file.get(), detector.get()));
  return 0;
}

}  // namespace xunjie::watch
