// One camera's street: takes looks, tells what came to stay and what is gone.
//
// Time is the looks' own (`Look::at`); nothing here reads a clock, waits or does I/O, so a recorded
// file at full speed and a live stream are judged the same. Per watched zone and kind at most one
// finding is open. Without a detector an object is reported under the zone's rule with the shortest
// dwell: what it is, a person decides. With WatchOptions::ask_detector a judgement names candidates
// instead, and whoever holds the detector answers them.
//
// Not thread-safe. One look costs about 5 ms.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ports/watching.h"
#include "watch/alignment.h"
#include "watch/bar.h"
#include "watch/candidates.h"
#include "watch/guards.h"
#include "watch/options.h"
#include "watch/scene_memory.h"
#include "watch/zone_map.h"

namespace xunjie::watch {

// What stands somewhere, matured.
struct Standing {
  cv::Mat cells;    // CV_8U
  cv::Rect box;     // in cells
  int area = 0;     // cells
  UtcMicros begun;  // the first of it came to rest; what the street was before, was seen earlier
  UtcMicros since;  // two thirds of it had come to rest
  double score = 0;
};

struct OpenFinding {
  domain::FindingId id;
  std::size_t zone = 0;
  domain::ViolationKindId violation;
  UtcMicros since, at;
  cv::Mat cells;     // CV_8U: all that stood there while it was open
  double score = 0;  // how sure the judge was, whatever a detector said
};

struct RaisedEvent {
  domain::FindingId id;
  std::size_t zone = 0;
  domain::ViolationKindId violation;
  UtcMicros begun, since, at;
  domain::PictureBox box;
  double score = 0;
  std::string label = "object";
};

struct ClearedEvent {
  domain::FindingId id;
  UtcMicros at;
};

struct Judgement {
  Verdict verdict;
  bool learning = false;
  std::vector<RaisedEvent> raised;
  std::vector<ClearedEvent> cleared;
  std::vector<Candidate> candidates;  // to be answered, in any order, or never
  bool maturing = false;              // something may be coming to stay or going: look soon
  std::vector<bool> quiet_zones;      // per zone: nothing but the street and passers-by
};

class Street {
 public:
  Street(ports::CameraConfig camera, const WatchOptions& options);

  Judgement judge(const Look& look);

  // A detector's word on a candidate of an earlier judgement at `at`. What is raised by it; nullopt
  // when it is nobody's violation, is to be asked again, or has gone meanwhile.
  std::optional<RaisedEvent> answer(std::uint64_t candidate, const Recognition& word, UtcMicros at);

  // The zone by the latest sound look; nullopt = not decided yet, ask again after the next look.
  [[nodiscard]] std::optional<ports::LookResult> look_result(
      std::size_t zone, const domain::FindingId& finding) const;
  // Where an open finding's thing stands; nullopt when none is open under this id.
  [[nodiscard]] std::optional<domain::PictureBox> box_of(const domain::FindingId& finding) const;
  // What stands there belongs to the street. False when no such finding is open.
  bool dismiss(const domain::FindingId& finding);

  [[nodiscard]] const std::vector<OpenFinding>& open() const { return open_; }
  [[nodiscard]] Micros shortest_dwell() const { return shortest_dwell_; }
  [[nodiscard]] const ports::CameraConfig& camera() const { return camera_; }
  [[nodiscard]] std::optional<std::size_t> zone_index(const domain::ZoneId& id) const;

  struct Saved {
    SceneMemory::Saved memory;
    std::vector<OpenFinding> open;
    double bar = 0;
  };
  [[nodiscard]] std::optional<Saved> save() const;  // nullopt while learning
  // Findings of zones that no longer exist are dropped. False when the memory does not fit.
  bool restore(Saved saved);

 private:
  Judgement judge_look(const Look& raw);
  Look compare(const Look& raw, Windows& now);
  [[nodiscard]] cv::Mat matured_cells(Micros dwell, UtcMicros at) const;
  [[nodiscard]] cv::Mat shade(const cv::Mat& cells) const;
  [[nodiscard]] std::vector<Standing> matured(Micros dwell, UtcMicros at) const;
  void find_raised(const Look& look, Judgement& out);
  OpenFinding* known_as(Standing& object);
  bool gap_is_sure(const Standing& object);
  bool consider(Standing object, std::size_t zone, const Look& look, Judgement& out);
  RaisedEvent raise(const Matured& object, const Naming& naming, UtcMicros at);
  void find_cleared(UtcMicros at, Judgement& out);
  void find_maturing(UtcMicros at, Judgement& out);
  OpenFinding* open_in(std::size_t zone);
  [[nodiscard]] domain::PictureBox picture_box(const cv::Rect& cells) const;

  ports::CameraConfig camera_;
  WatchOptions options_;
  SceneMemory memory_;
  Alignment alignment_;
  Guards guards_;
  Bar bar_;
  cv::Mat gap_looks_;  // CV_8U: looks in a row at which a thing here was a gap in the memory
  std::optional<ZoneMap> zones_;
  std::vector<OpenFinding> open_;
  CandidateBook candidates_;
  Micros shortest_dwell_ = minutes(3);
};

}  // namespace xunjie::watch
