#include "watch/detect/detect_queue.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <exception>
#include <utility>

#include <opencv2/core/mat.hpp>

#include "watch/picture.h"

namespace xunjie::watch {
namespace {

constexpr std::size_t kBatch = 8;  // regions of one call, unless one picture has more

std::vector<domain::PictureBox> regions_of(const std::vector<Candidate>& candidates) {
  std::vector<domain::PictureBox> out;
  for (const auto& candidate : candidates) out.push_back(candidate.box);
  return out;
}

using Boxes = std::vector<ports::Detection>;

// All regions of some pictures as one call, and its answers cut up again.
class Call {
 public:
  void add(const AVFrame& frame, const std::vector<domain::PictureBox>& regions,
           bool alone = false) {
    pictures_.push_back(bgr_of(frame));
    const cv::Mat& picture = pictures_.back();
    counts_.push_back(picture.empty() ? 0 : regions.size());
    if (picture.empty()) return;
    for (const auto& region : regions)
      asks_.push_back({{picture.data, picture.cols, picture.rows, picture.step}, region, alone});
  }

  // Per picture added one list a region; empty: nothing is known.
  std::vector<std::vector<Boxes>> answers(ports::Detector& detector) {
    auto found = detector.detect(asks_);
    if (!found.ok())
      spdlog::warn("watch: detector: {} {}", found.error().message, found.error().detail);
    std::vector<std::vector<Boxes>> out;
    std::size_t at = 0;
    for (const std::size_t count : counts_) {
      out.emplace_back();
      for (std::size_t i = 0; found.ok() && i < count; ++i)
        out.back().push_back(std::move((*found)[at + i]));
      at += count;
    }
    return out;
  }

 private:
  std::deque<cv::Mat> pictures_;
  std::vector<std::size_t> counts_;
  std::vector<ports::DetectorAsk> asks_;
};

std::vector<Recognition> words_of(const ports::DetectorInfo& info,
                                  const std::vector<Candidate>& candidates,
                                  const std::vector<Boxes>& boxes) {
  std::vector<Recognition> out(candidates.size());
  for (std::size_t i = 0; i < boxes.size(); ++i)
    out[i] = recognise(info, boxes[i], candidates[i].box);
  return out;
}

}  // namespace

std::vector<Recognition> ask_now(ports::Detector& detector, const AVFrame& frame,
                                 const std::vector<Candidate>& candidates) {
  Call call;
  call.add(frame, regions_of(candidates));
  return words_of(detector.info(), candidates, call.answers(detector).front());
}

DetectQueue::DetectQueue(std::shared_ptr<ports::Detector> detector)
    : detector_(std::move(detector)), thread_([this] { work(); }) {}

DetectQueue::~DetectQueue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  thread_.join();
}

bool DetectQueue::submit(DetectTask task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= kMostWaiting) {
      ++counts_.refused;
      return false;
    }
    waiting_.push_back(std::move(task));
  }
  changed_.notify_one();
  return true;
}

DetectCounts DetectQueue::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

// The pictures of one call; empty: the queue ends.
std::vector<DetectTask> DetectQueue::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
  std::vector<DetectTask> tasks;
  std::size_t candidates = 0;
  while (!stopping_ && !waiting_.empty() && candidates < kBatch) {
    candidates += waiting_.front().candidates.size() + waiting_.front().parts.size();
    tasks.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return tasks;
}

void DetectQueue::answer(std::vector<DetectTask>& tasks) {
  const auto begun = std::chrono::steady_clock::now();
  Call call;
  for (const auto& task : tasks) {
    if (task.seen)
      call.add(*task.frame, task.parts, true);
    else
      call.add(*task.frame, regions_of(task.candidates));
  }
  auto answers = call.answers(*detector_);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begun;
  {
    const std::lock_guard lock(mutex_);
    counts_.seconds += passed.count();
  }
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    tasks[i].frame.reset();
    if (tasks[i].seen) {
      tell_seen(tasks[i], std::move(answers[i]));
      continue;
    }
    const auto words = words_of(detector_->info(), tasks[i].candidates, answers[i]);
    count(words);
    tasks[i].done(words);
  }
}

void DetectQueue::tell_seen(const DetectTask& task, std::vector<Boxes> boxes) {
  {
    const std::lock_guard lock(mutex_);
    ++(boxes.empty() ? counts_.failed : counts_.pictures);
  }
  if (boxes.empty()) return task.seen(std::nullopt);
  task.seen(std::move(boxes));
}

void DetectQueue::count(const std::vector<Recognition>& words) {
  const std::lock_guard lock(mutex_);
  for (const auto& word : words) {
    ++counts_.asked;
    if (word.kind == Recognised::violation) ++counts_.violations;
    if (word.kind == Recognised::ignored) ++counts_.ignored;
    if (word.kind == Recognised::nothing) ++counts_.nothing;
    if (word.kind == Recognised::unavailable) ++counts_.failed;
  }
}

void DetectQueue::work() {
  while (true) {
    std::vector<DetectTask> tasks = take();
    if (tasks.empty()) return;
    try {
      answer(tasks);
    } catch (const std::exception& error) {  // a fault with one picture must not end all cameras
      spdlog::error("watch: recognising failed: {}", error.what());
    }
  }
}

}  // namespace xunjie::watch
