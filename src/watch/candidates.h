// What has matured on one street and waits for a detector's word.
//
// Keeps who was asked, what came back and when to ask again; the street decides what is a candidate
// at all and raises what is left. Without a clock: times are the looks'. At most kMostCandidates
// wait; a further one takes the place of the one not seen for longest. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "base/time.h"
#include "ports/watching.h"
#include "watch/detect/recognition.h"

namespace xunjie::watch {

// "What is this?", asked with a judgement, answered by Street::answer.
struct Candidate {
  std::uint64_t number = 0;
  domain::PictureBox box;
};

// What stands there, matured, and what the zone's rule alone would say of it.
struct Matured {
  cv::Mat cells;  // CV_8U
  std::size_t zone = 0;
  domain::PictureBox box;
  UtcMicros begun, since;
  double score = 0;
};

// How a candidate that was answered is to be raised.
struct Naming {
  domain::ViolationKindId violation;
  std::string label;
  double score = 0;
};

class CandidateBook {
 public:
  static constexpr std::size_t kMostCandidates = 32;
  static constexpr int kMostTries = 3;  // unanswered; then the zone's rule alone decides

  // A matured object at this look: its candidate when it is time to ask (again), else nullopt.
  std::optional<Candidate> offer(const Matured& object, UtcMicros at);
  // The detector's word. What to raise and under which name, or nullopt: not now, or a number that
  // is not waiting. `at` is the time of the look that asked.
  struct Decided {
    Matured object;
    Naming naming;
  };
  std::optional<Decided> answer(std::uint64_t number, const Recognition& word,
                                const ports::Zone& zone, UtcMicros at);
  [[nodiscard]] std::optional<std::size_t> zone_of(std::uint64_t number) const;
  // Cells of what was recognised as nobody's violation and need not be looked at more often.
  void add_settled(cv::Mat& cells, UtcMicros at) const;
  void clear() { waiting_.clear(); }

 private:
  struct Waiting {
    std::uint64_t number = 0;
    Matured object;
    bool asked = false;
    UtcMicros seen, asked_at;
    UtcMicros not_before;
    Micros backoff;
    int tries = 0;
  };
  Waiting& entry_for(const Matured& object, UtcMicros at);

  std::vector<Waiting> waiting_;
  std::uint64_t last_ = 0;
};

// The violation a recognised class stands for in this zone, with its dwell; nullopt: none it
// watches.
std::optional<ports::WatchRule> rule_for(const ports::Zone& zone, const Recognition& word);

}  // namespace xunjie::watch
