// The watcher of live cameras.
//
// Threads: one receiving thread per camera (blocked in the network nearly always), `judges` judging
// threads for all cameras together, one delivery thread (Spool), one keeper (health every few
// seconds, unanswered looks, saving the memory). Queues: per camera one look waiting to be judged,
// replaced by a newer one; 64 asked looks per camera (then unavailable); the spool on disk. When
// judging falls behind, every camera's period is lengthened by the same factor, up to a look a
// minute.
//
// A camera that cannot be read is reported lost and retried with growing pauses; others do not
// notice. Times in findings are the wall clock's; dwell is counted on a time line that no clock
// step moves.
#pragma once

#include <filesystem>
#include <memory>

#include "ports/blob_store.h"
#include "ports/clock.h"
#include "ports/live_video.h"
#include "ports/redactor.h"
#include "ports/watching.h"
#include "watch/options.h"

namespace xunjie::watch {

struct LiveOptions {
  WatchOptions watch;
  std::filesystem::path state_dir;  // memories and unsent findings; created
  int judges = 2;
  Micros health_period = seconds(10);
  Micros picture_period = seconds(20);  // at most so often a new last picture is stored
  Micros save_period = minutes(1);
  Micros look_patience = seconds(30);  // then an asked look is answered cannot_see
  Micros first_retry = millis(500);    // of a lost source, doubled up to last_retry, with jitter
  Micros last_retry = seconds(30);
  std::size_t spool_bytes = 512U << 20U;
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

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace xunjie::watch
