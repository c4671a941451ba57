// One live camera on a car: its video, its track, and the drive they are judged as.
//
// Looks are taken by the way travelled, a few seconds late, when the track has come up to a
// picture's time: only then is it known whether the car had moved and where it was. What was not
// due is never decoded, so a parked car, and one whose position is unknown, cost no more than their
// packets. While the car moves its video is decoded through, for pictures a few metres apart lie
// between keyframes.
//
// Without a detector nothing is judged at all, and the camera's health says so; its video is still
// received for those who look at it.
//
// Locks: `judging_` guards the drive, the track and the decoder; `incoming_mutex_` what the
// receiving and the detector's thread hand over. judging_ may be held when incoming_mutex_ is
// taken, never the other way. The sink and the blob store are called with no lock held.
// Bounds: kMostPending packets waiting for the track (the oldest are not looked at), and those of
// LiveDrive and DetectQueue.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "watch/camera_source.h"
#include "watch/decode.h"
#include "watch/health_teller.h"
#include "watch/live_camera.h"
#include "watch/live_shared.h"
#include "watch/vehicle/distance_clock.h"
#include "watch/vehicle/driving_guards.h"
#include "watch/vehicle/live_drive.h"
#include "watch/vehicle/track_feed.h"

namespace xunjie::watch::vehicle {

class CarRun final : public LiveCamera,
                     public TrackEar,
                     private SourceEars,
                     public std::enable_shared_from_this<CarRun> {
 public:
  // `camera` must have a car.
  CarRun(ports::CameraConfig camera, const Shared& shared);
  ~CarRun() override;

  void start(bool fresh) override;
  void stop() override;
  void left() override;
  void judge() override;
  void keep() override;
  void track_changed() override;

  Result<void> request_look(const ports::LookRequest& request) override;
  bool dismiss(const domain::FindingId& finding) override;
  Result<std::string> live_codec() override { return source_.live_codec(); }
  Result<void> join_live(std::shared_ptr<ports::VideoSink> sink) override {
    return source_.join_live(std::move(sink));
  }
  [[nodiscard]] const ports::CameraConfig& camera() const override { return camera_; }
  [[nodiscard]] bool misplaced() override { return false; }
  [[nodiscard]] bool relearns() const override { return false; }
  bool adopt(const ports::CameraConfig& changed) override;
  void limit_ring(std::size_t bytes) override;
  [[nodiscard]] CameraReport report() override;

 private:
  static constexpr std::size_t kMostPending = 2048;
  // A packet the track has not come up to yet.
  struct Pending {
    std::uint64_t number = 0, opening = 0;
    std::int64_t pts = 0;
    UtcMicros at;
    bool key = false;
  };
  // What the detector said of one look.
  struct Answer {
    std::uint64_t look = 0;
    FramePtr frame;
    UtcMicros at;
    std::optional<Micros> clock_offset;
    std::optional<std::vector<std::vector<ports::Detection>>> boxes;  // of each part
  };
  using Items = std::vector<std::uint64_t>;

  void opened(std::uint64_t opening) override;
  void took(Packet packet, const StreamInfo& stream, std::uint64_t opening) override;
  void lost(const std::string& message) override;

  void read_track(UtcMicros now);
  void look_at_due(UtcMicros now);
  void look_at(const Pending& packet, const Pose& pose);
  Result<FramePtr> decode(const Pending& packet);
  [[nodiscard]] UtcMicros shown_at(const AVFrame& frame, const Pending& packet) const;
  void ask(const FramePtr& frame, std::uint64_t look, UtcMicros at);
  void take_answers();
  void take(const Answer& answer);
  void keep_evidence(const Answer& answer, const std::optional<View>& view);
  void put_out(std::vector<SpoolItem> items, Items& numbers);
  [[nodiscard]] std::optional<Verdict> trouble(UtcMicros now);
  [[nodiscard]] std::string track_trouble() const;
  void load(bool fresh);
  void save();
  void release(const Items& numbers);

  ports::CameraConfig camera_;
  Shared shared_;
  CameraSource source_;
  HealthTeller health_;
  std::atomic<bool> stop_{false};

  std::mutex incoming_mutex_;
  std::deque<Pending> pending_;
  std::vector<Answer> answers_;
  StreamInfo stream_;
  std::uint64_t opening_ = 0;
  bool flowing_ = false;
  std::string lost_;  // why no video comes; empty: it does, or none came yet

  mutable std::mutex judging_;
  std::optional<LiveDrive> drive_;
  std::optional<RollingTrack> track_;
  std::shared_ptr<TrackFeed> feed_;  // none without a detector, and after stop()
  std::uint64_t fixes_taken_ = 0;
  DistanceClock clock_;
  DrivingGuards guards_;
  std::optional<Decoder> decoder_;
  std::uint64_t decoder_opening_ = 0;
  std::deque<Pending> decoded_;  // the newest, for the times of frames that come late
  UtcMicros begun_, last_sound_;
  std::optional<UtcMicros> last_look_;
  Micros last_gap_;
  bool undecodable_ = false;
  std::uint64_t last_item_ = 0;
};

}  // namespace xunjie::watch::vehicle
