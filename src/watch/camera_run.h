// One live camera: its source, its street, and what is on the way out. An RTSP source is received
// by the watcher's reactor, any other by a thread of the camera's own.
//
// Locks: `judging_` guards the street and everything judged with it, `clock_mutex_` the look clock
// and the waiting job; judging_ may be held when clock_mutex_ is taken, never the other way. The
// sink and the blob store are called with no lock held.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "watch/capture.h"
#include "watch/costs.h"
#include "watch/decode.h"
#include "watch/detect/detect_queue.h"
#include "watch/gop_ring.h"
#include "watch/health.h"
#include "watch/judge_pool.h"
#include "watch/live_fan.h"
#include "watch/live_watcher.h"
#include "watch/look_clock.h"
#include "watch/receive/reactor.h"
#include "watch/spool.h"
#include "watch/still_book.h"
#include "watch/street.h"
#include "watch/time_line.h"

namespace xunjie::watch {

// What all cameras of a watcher share; outlives them.
struct Shared {
  const LiveOptions& options;
  const TimeLine& time;
  ports::BlobStore& blobs;
  ports::FindingSink& sink;
  Spool& spool;
  JudgePool& pool;
  DetectQueue* detect;  // nullptr: no model, the zones' rules alone
  receive::Reactor& reactor;
  CostCounters& costs;
};

class CameraRun final : public Judged,
                        private receive::Follower,
                        public std::enable_shared_from_this<CameraRun> {
 public:
  CameraRun(ports::CameraConfig camera, const Shared& shared);
  ~CameraRun() override;

  // Takes the saved memory up and starts receiving. `fresh`: forget what was saved.
  void start(bool fresh);
  // Ends receiving and saves the memory.
  void stop();

  void judge() override;
  // Every second or so: answers that waited too long, health, saving.
  void keep();

  Result<void> request_look(const ports::LookRequest& request);
  bool dismiss(const domain::FindingId& finding);
  // As ports::LiveVideo; never for a camera with privacy masks, whose video would show them.
  Result<std::string> live_codec();
  Result<void> join_live(std::shared_ptr<ports::VideoSink> sink);  // short: any thread
  [[nodiscard]] const ports::CameraConfig& camera() const { return camera_; }
  // Whether the last thing known is a view that does not fit the zones.
  [[nodiscard]] bool misplaced();
  // This camera's share of the memory for undecoded packets.
  void limit_ring(std::size_t bytes) { ring_.limit(bytes); }
  [[nodiscard]] CameraReport report();

 private:
  struct Job {
    Packet packet;
    StreamInfo stream;
    std::uint64_t opening = 0;
  };
  struct Asked {
    ports::LookRequest request;
    UtcMicros since;
    int looks = 0;
  };

  // camera_receive.cc
  void begin_receiving();
  void end_receiving();
  void receive();
  void receive_from(Capture& capture);
  bool pause(Micros span);
  void begin_opening();
  void packet(Packet packet, const StreamInfo& stream, bool opened) override;
  bool lost(const Error& error) override;
  void clock_offset(Micros offset) override { clock_offset_us_ = offset.count; }
  // As the camera last said.
  [[nodiscard]] std::optional<Micros> clock_offset() const;
  void take(Packet packet, const StreamInfo& stream);
  [[nodiscard]] Result<void> may_show_live() const;
  void note_damaged(const Packet& packet);
  void lose(const std::string& message);
  void report_lost(const std::string& message);

  void judge_job(const Job& job, std::vector<std::uint64_t>& items,
                 std::optional<ports::CameraHealth>& health);
  Result<FramePtr> decode(const Job& job);
  void undecodable(const Job& job, std::optional<ports::CameraHealth>& health);
  void note_events(const Judgement& judged, const StillPtr& still,
                   std::vector<std::uint64_t>& items);
  void note_raised(const RaisedEvent& event, const StillPtr& still,
                   std::vector<std::uint64_t>& items);
  void ask(const Judgement& judged, const FramePtr& frame, const StillPtr& still,
           std::vector<std::uint64_t>& items);
  void recognised(const std::vector<Candidate>& candidates, const std::vector<Recognition>& words,
                  const StillPtr& still);
  std::uint64_t spool(SpoolItem item, std::vector<std::uint64_t>& items);
  SpoolItem raised_item(const RaisedEvent& event, const StillPtr& still);
  void add_clip(SpoolItem& item, const Still& still);
  void add_picture(SpoolItem& item, domain::PictureRole role, const StillPtr& still,
                   const std::optional<domain::PictureBox>& box);
  void answer_looks(const Judgement& judged, const StillPtr& still,
                    std::vector<std::uint64_t>& items);
  void answer(const Asked& asked, ports::LookResult result, UtcMicros at, const StillPtr& still,
              std::vector<std::uint64_t>& items);
  void load(bool fresh);
  void save();
  ports::CameraHealth health_report(ports::CameraState state, const std::string& message,
                                    UtcMicros at);
  void send(std::optional<ports::CameraHealth> health, const Bytes& picture, UtcMicros taken);

  ports::CameraConfig camera_;
  Shared shared_;
  GopRing ring_;
  LiveFan live_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
  std::optional<std::uint64_t> source_;                   // at the reactor
  std::atomic<std::int64_t> clock_offset_us_{INT64_MIN};  // INT64_MIN: not said
  UtcMicros last_whole_;                                  // the receiving thread's own
  std::mutex pause_mutex_;
  std::condition_variable pause_;

  std::mutex clock_mutex_;
  LookClock clock_;
  std::optional<Job> job_;
  std::optional<std::string> lost_;  // to be reported by a judge
  std::uint64_t opening_ = 0;
  std::optional<UtcMicros> last_look_;

  std::mutex judging_;
  Street street_;
  StillBook book_;
  std::optional<Decoder> decoder_;
  std::uint64_t decoder_opening_ = 0;
  HealthTrack health_;
  std::string health_message_;
  std::vector<Asked> asked_;
  UtcMicros last_sound_, last_health_, last_save_, last_picture_at_;
  std::optional<domain::BlobId> last_picture_;
  Bytes thumbnail_;  // taken during the present judgement
  UtcMicros thumbnail_at_;
  std::uint64_t last_item_ = 0;
};

}  // namespace xunjie::watch
