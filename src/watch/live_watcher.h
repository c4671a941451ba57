// The watcher of live cameras.
//
// Threads: one that receives all RTSP cameras (receive::Reactor) and one for each source of another
// kind (blocked in the network nearly always), one for each car's position (vehicle::TrackFeed),
// `judges` judging threads for all cameras together, delivery threads (Spool), one keeper (health
// every few seconds, unanswered looks, saving the memory). Queues: per camera one look waiting to
// be judged, replaced by a newer one; 64 asked looks per camera (then unavailable); the spool on
// disk. When judging falls behind, every camera's period is lengthened by the same factor, up to a
// look a minute.
//
// Cameras on poles are judged by what changes before them (street.h), cameras on cars by what their
// drives pass (vehicle/drive.h); the latter need a detector and say so where there is none.
//
// A camera that cannot be read is reported lost and retried with growing pauses; others do not
// notice. Times in findings are the wall clock's; dwell is counted on a time line that no clock
// step moves.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "ports/blob_store.h"
#include "ports/clock.h"
#include "ports/detector.h"
#include "ports/live_video.h"
#include "ports/redactor.h"
#include "ports/watching.h"
#include "watch/capture.h"
#include "watch/detect/detect_counts.h"
#include "watch/options.h"
#include "watch/vehicle/car_options.h"

namespace xunjie::watch {

struct LiveOptions {
  WatchOptions watch;
  std::shared_ptr<ports::Detector> detector;  // none: the zones' rules alone decide
  std::filesystem::path state_dir;            // memories and unsent findings; created
  int judges = 2;
  Micros health_period = seconds(10);
  Micros picture_period = seconds(20);  // at most so often a new last picture is stored
  Micros save_period = minutes(1);
  Micros look_patience = seconds(30);  // then an asked look is answered cannot_see
  Micros first_retry = millis(500);    // of a lost source, doubled up to last_retry, with jitter
  Micros last_retry = seconds(30);
  std::size_t spool_bytes = 512U << 20U;
  // Undecoded packets of all cameras together; each gets its share, at most watch.ring_bytes.
  std::size_t rings_bytes = 2048UL << 20U;
  vehicle::CarOptions car;
  CaptureOptions capture;  // time limits, TLS trust, how often a still picture is fetched
};

// What watching has cost and how evenly cameras were looked at, since the start.
struct WatchCosts {
  Micros receive_cpu, decode_cpu, judge_cpu;  // receive: RTSP sources only
  std::uint64_t looks = 0, undecodable = 0, packets = 0, damaged_packets = 0;
  std::uint64_t bytes = 0;  // received
  // Time between two looks of one camera: how many looks came after so many quarters of a second.
  std::vector<std::uint64_t> gaps_by_quarter_s;
};

struct CameraReport {
  domain::CameraId id;
  std::optional<Micros> since_look;  // nothing: never looked at
  Micros period;                     // between looks, as now in force
  std::size_t ring_bytes = 0;
  std::optional<Micros> clock_offset;  // the camera's wall clock minus ours, as far as it said
};

class LiveWatcher final : public ports::Watcher, public ports::LiveVideo {
 public:
  // The four must outlive the watcher. `sink` and `redactor` are called from the watcher's threads.
  LiveWatcher(LiveOptions options, ports::Clock& clock, ports::BlobStore& blobs,
              ports::FindingSink& sink, ports::Redactor& redactor);
  ~LiveWatcher() override;  // stop()

  Result<void> put_camera(const ports::CameraConfig& camera) override;
  Result<void> remove_camera(const domain::CameraId& id) override;
  Result<void> request_look(const ports::LookRequest& request) override;
  Result<void> relearn(const domain::CameraId& id) override;
  Result<void> dismiss(const domain::FindingId& finding) override;

  Result<std::string> live_codec(const domain::CameraId& camera) override;
  Result<void> join_live(const domain::CameraId& camera,
                         std::shared_ptr<ports::VideoSink> sink) override;

  // Ends all threads within about a second and saves every memory. May be called again.
  void stop();
  // Findings and answers not yet taken by the sink.
  [[nodiscard]] std::size_t undelivered() const;
  // nullopt without a detector. Any thread.
  [[nodiscard]] std::optional<DetectCounts> detect_counts() const;
  [[nodiscard]] WatchCosts costs() const;
  [[nodiscard]] std::vector<CameraReport> cameras() const;

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace xunjie::watch
