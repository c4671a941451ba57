// One live camera on a pole: its source, its street, and what is on the way out.
//
// Locks: `judging_` guards the street and everything judged with it, `clock_mutex_` the look clock
// and the waiting job; judging_ may be held when clock_mutex_ is taken, never the other way. The
// sink and the blob store are called with no lock held.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "watch/camera_source.h"
#include "watch/decode.h"
#include "watch/health_teller.h"
#include "watch/live_camera.h"
#include "watch/live_shared.h"
#include "watch/look_clock.h"
#include "watch/still_book.h"
#include "watch/street.h"

namespace xunjie::watch {

class CameraRun final : public LiveCamera,
                        private SourceEars,
                        public std::enable_shared_from_this<CameraRun> {
 public:
  CameraRun(ports::CameraConfig camera, const Shared& shared);
  ~CameraRun() override;

  void start(bool fresh) override;
  void stop() override;
  void judge() override;
  void keep() override;

  Result<void> request_look(const ports::LookRequest& request) override;
  bool dismiss(const domain::FindingId& finding) override;
  Result<std::string> live_codec() override { return source_.live_codec(); }
  Result<void> join_live(std::shared_ptr<ports::VideoSink> sink) override {
    return source_.join_live(std::move(sink));
  }
  [[nodiscard]] const ports::CameraConfig& camera() const override { return camera_; }
  [[nodiscard]] bool misplaced() override;
  [[nodiscard]] bool relearns() const override { return true; }
  bool adopt(const ports::CameraConfig&) override { return false; }
  void limit_ring(std::size_t bytes) override { source_.ring().limit(bytes); }
  [[nodiscard]] CameraReport report() override;

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

  void opened(std::uint64_t opening) override;
  void took(Packet packet, const StreamInfo& stream, std::uint64_t opening) override;
  void lost(const std::string& message) override;
  void report_lost(const std::string& message);

  void judge_job(const Job& job, std::vector<std::uint64_t>& items);
  Result<FramePtr> decode(const Job& job);
  void undecodable(const Job& job);
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
  void tell();

  ports::CameraConfig camera_;
  Shared shared_;
  CameraSource source_;
  HealthTeller health_;
  std::atomic<bool> stop_{false};

  std::mutex clock_mutex_;
  LookClock clock_;
  std::optional<Job> job_;
  std::optional<std::string> lost_;  // to be reported by a judge
  std::optional<UtcMicros> last_look_;

  std::mutex judging_;
  Street street_;
  StillBook book_;
  std::optional<Decoder> decoder_;
  std::uint64_t decoder_opening_ = 0;
  std::vector<Asked> asked_;
  UtcMicros last_sound_, last_save_;
  std::uint64_t last_item_ = 0;
};

}  // namespace xunjie::watch
