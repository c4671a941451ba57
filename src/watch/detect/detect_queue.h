// Candidates of all live cameras, and whole pictures of those on cars, on their way to one
// detector, in batches.
//
// One thread of its own converts the pictures and asks; judges only hand frames over. At most
// kMostWaiting pictures wait; a further one is refused at once and its candidates are asked again
// at their camera's next look. Pictures wait decoded (about 3 MB each at 1080p).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "ports/detector.h"
#include "watch/candidates.h"
#include "watch/detect/detect_counts.h"
#include "watch/detect/recognition.h"
#include "watch/media.h"

namespace xunjie::watch {

// Callbacks are called once from the queue's thread; never when the queue ends first.
struct DetectTask {
  FramePtr frame;
  // "What is this?": one word a candidate, in their order.
  std::vector<Candidate> candidates;
  std::function<void(const std::vector<Recognition>&)> done;
  // "What is there at all?": the boxes of each of these parts of the picture; nullopt when the
  // detector failed or the picture cannot be read.
  std::vector<domain::PictureBox> parts;
  std::function<void(std::optional<std::vector<std::vector<ports::Detection>>>)> seen;
};

class DetectQueue {
 public:
  static constexpr std::size_t kMostWaiting = 32;

  explicit DetectQueue(std::shared_ptr<ports::Detector> detector);
  ~DetectQueue();  // what waits is dropped; its candidates are asked again after the next start
  DetectQueue(const DetectQueue&) = delete;
  DetectQueue& operator=(const DetectQueue&) = delete;

  // False when full. Any thread; `done` may hold the caller's locks' owner only weakly.
  bool submit(DetectTask task);
  [[nodiscard]] DetectCounts counts() const;
  [[nodiscard]] const ports::DetectorInfo& info() const { return detector_->info(); }

 private:
  void work();
  std::vector<DetectTask> take();
  void answer(std::vector<DetectTask>& tasks);
  void tell_seen(const DetectTask& task, std::vector<std::vector<ports::Detection>> boxes);
  void count(const std::vector<Recognition>& words);

  std::shared_ptr<ports::Detector> detector_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<DetectTask> waiting_;
  DetectCounts counts_;
  bool stopping_ = false;
  std::thread thread_;
};

// One picture's candidates, asked now: a word each. Unavailable for all when the picture cannot be
// read or the detector fails.
std::vector<Recognition> ask_now(ports::Detector& detector, const AVFrame& frame,
                                 const std::vector<Candidate>& candidates);

}  // namespace xunjie::watch
