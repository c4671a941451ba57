#include "watch/detect/detect_queue.h"

#include <spdlog/spdlog.h>

#include <array>
#include <chrono>
#include <exception>
#include <utility>

#include <opencv2/core/mat.hpp>

#include "watch/picture.h"

namespace xunjie::watch {
namespace {

constexpr std::size_t kBatch = 8;  // candidates of one call, unless one picture has more

// All candidates of some pictures as one call, and its answers cut up again.
class Call {
 public:
  void add(const AVFrame& frame, const std::vector<Candidate>& candidates) {
    pictures_.push_back(bgr_of(frame));
    const cv::Mat& picture = pictures_.back();
    readable_.push_back(!picture.empty());
    if (picture.empty()) return;
    for (const auto& candidate : candidates) {
      asks_.push_back({{picture.data, picture.cols, picture.rows, picture.step}, candidate.box});
    }
  }

  // One list of words per picture added.
  std::vector<std::vector<Recognition>> words(ports::Detector& detector,
                                              std::span<const std::size_t> counts) {
    auto found = detector.detect(asks_);
    if (!found.ok()) {
      spdlog::warn("watch: detector: {} {}", found.error().message, found.error().detail);
    }
    std::vector<std::vector<Recognition>> out;
    std::size_t at = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      out.emplace_back(counts[i]);
      if (!found.ok() || !readable_[i]) continue;
      for (auto& word : out.back()) {
        word = recognise(detector.info(), (*found)[at], asks_[at].region);
        ++at;
      }
    }
    return out;
  }

 private:
  std::deque<cv::Mat> pictures_;
  std::vector<bool> readable_;
  std::vector<ports::DetectorAsk> asks_;
};

}  // namespace

std::vector<Recognition> ask_now(ports::Detector& detector, const AVFrame& frame,
                                 const std::vector<Candidate>& candidates) {
  Call call;
  call.add(frame, candidates);
  const std::array counts{candidates.size()};
  return std::move(call.words(detector, counts).front());
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
    candidates += waiting_.front().candidates.size();
    tasks.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return tasks;
}

void DetectQueue::answer(std::vector<DetectTask>& tasks) {
  const auto begun = std::chrono::steady_clock::now();
  Call call;
  std::vector<std::size_t> sizes;
  for (const auto& task : tasks) {
    call.add(*task.frame, task.candidates);
    sizes.push_back(task.candidates.size());
  }
  const auto words = call.words(*detector_, sizes);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begun;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    count(words[i], i == 0 ? passed.count() : 0);
    tasks[i].frame.reset();
    tasks[i].done(words[i]);
  }
}

void DetectQueue::count(const std::vector<Recognition>& words, double seconds) {
  const std::lock_guard lock(mutex_);
  counts_.seconds += seconds;
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
