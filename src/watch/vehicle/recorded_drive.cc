#include "watch/vehicle/recorded_drive.h"

#include <algorithm>
#include <atomic>
#include <deque>

#include "watch/capture.h"
#include "watch/decode.h"
#include "watch/gop_ring.h"
#include "watch/health.h"
#include "watch/picture.h"
#include "watch/vehicle/appearance.h"
#include "watch/vehicle/driving_guards.h"

extern "C" {
#include <libavcodec/packet.h>
#include <libavutil/frame.h>
}

namespace xunjie::watch::vehicle {
namespace {

constexpr std::size_t kRememberedTimes = 256;  // packets; a codec's delay is far below

class Judge {
 public:
  Judge(Drive& drive, const Track& track, const DistanceClockOptions& clock, UtcMicros start,
        const WatchOptions& options, const Detect& detect, const DriveEars& ears)
      : drive_(drive),
        track_(track),
        clock_(clock),
        ring_(options.ring_bytes),
        start_(start),
        detect_(detect),
        ears_(ears) {}

  Result<void> run(Capture& capture) {
    XUNJIE_TRY(decoder, Decoder::open(capture.stream()));
    while (true) {
      auto read = capture.read();
      if (!read.ok()) {  // the rest is unreadable; what was seen so far stands
        ears_.health(ports::CameraState::lost, at_);
        break;
      }
      if (!*read) break;
      take(decoder, std::move(**read));
    }
    tell(drive_.finish());
    return {};
  }

  [[nodiscard]] const RecordedDriveStats& stats() const { return stats_; }

 private:
  void take(Decoder& decoder, Packet packet) {
    packet.at = at_ = start_ + packet.media;
    stats_.media_s = packet.media.seconds();
    times_.emplace_back(packet.data->pts, packet.media);
    if (times_.size() > kRememberedTimes) times_.pop_front();
    ring_.push(packet);
    const auto pose = track_.pose_at(packet.at);
    // Standing, or lost: the next keyframe will do, alone.
    const bool moving = pose && pose->speed_mps > 0.5;
    if (!clock_.due(packet.at, pose) || (!moving && !packet.key)) return;
    auto frame = packet.key ? decoder.decode_key(packet)
                            : decoder.decode_run(ring_.run_after(decoder.position()));
    if (!frame.ok()) return;
    clock_.looked(packet.at, pose);
    look(**frame, shown_at(**frame, packet.media));
  }

  // A decoder may be some pictures behind; at 10 m/s a tenth of a second is a metre.
  [[nodiscard]] Micros shown_at(const AVFrame& frame, Micros otherwise) const {
    const auto at = std::find_if(times_.rbegin(), times_.rend(),
                                 [&](const auto& known) { return known.first == frame.pts; });
    return at == times_.rend() ? otherwise : at->second;
  }

  void look(const AVFrame& frame, Micros media) {
    const UtcMicros at = start_ + media;
    if (last_ && at <= *last_) return;
    last_ = at;
    const Look small = look_at(frame, at);
    if (small.grid.width == 0) return;
    ++stats_.looks;
    const auto pose = track_.pose_at(at);
    stats_.placed += pose ? 1 : 0;
    const Verdict verdict = guards_.judge(small, pose);
    if (const auto change = health_.observe(verdict, at)) ears_.health(change->state, change->at);
    VehicleLook seen{at,
                     static_cast<double>(frame.width) / frame.height,
                     verdict.state == ports::CameraState::ok,
                     {}};
    if (seen.sound && pose) detect(frame, media, seen);
    tell(drive_.look(seen, pose));
  }

  void detect(const AVFrame& frame, Micros media, VehicleLook& seen) {
    const cv::Mat bgr = bgr_of(frame);
    auto found = bgr.empty() ? std::nullopt : detect_(bgr, media);
    if (!found) {
      ++stats_.unseen;
      seen.sound = false;
      return;
    }
    const cv::Scalar cast = cast_of(bgr);
    for (Detection& d : *found) {
      if (d.appearance.empty()) d.appearance = appearance_of(bgr, d.box, cast);
    }
    seen.detections = std::move(*found);
  }

  void tell(const std::vector<PassReport>& reports) {
    for (const auto& report : reports) ears_.pass(report);
  }

  Drive& drive_;
  const Track& track_;
  DistanceClock clock_;
  GopRing ring_;
  DrivingGuards guards_;
  HealthTrack health_;
  UtcMicros start_, at_;
  std::optional<UtcMicros> last_;
  const Detect& detect_;
  const DriveEars& ears_;
  std::deque<std::pair<std::int64_t, Micros>> times_;
  RecordedDriveStats stats_;
};

}  // namespace

Result<RecordedDriveStats> judge_recording(Drive& drive, const Track& track,
                                           const DistanceClockOptions& clock,
                                           const std::string& source, UtcMicros start,
                                           const WatchOptions& options, const Detect& detect,
                                           const DriveEars& ears) {
  const std::atomic<bool> never{false};
  XUNJIE_TRY(capture, Capture::open(source, {}, never));
  Judge judge(drive, track, clock, start, options, detect, ears);
  XUNJIE_TRY_VOID(judge.run(*capture));
  if (judge.stats().looks == 0) {
    return make_error(ErrorCode::unavailable, "source: no readable picture in " + shown_url(source),
                      "source");
  }
  return judge.stats();
}

}  // namespace xunjie::watch::vehicle
