#include "watch/judge_pool.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include <opencv2/core/utility.hpp>

namespace xunjie::watch {
namespace {

// In seconds.
constexpr double kLate = 2;  // a look may wait without anything being done about it
constexpr double kAdaptEvery = 1;
constexpr double kSmoothing = 5;
constexpr double kHeed = 20;  // a wait so much longer doubles the periods

}  // namespace

JudgePool::JudgePool(int threads) {
  // Cameras side by side use the cores; OpenCV's own threads would only wake each other for pieces
  // of a small picture; what runs in the background would run at full priority there.
  cv::setNumThreads(1);
  for (int i = 0; i < std::max(1, threads); ++i) threads_.emplace_back([this] { work(); });
}

JudgePool::~JudgePool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void JudgePool::submit(std::shared_ptr<Judged> camera) {
  if (camera->queued_.exchange(true)) return;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    queue_.push_back({std::move(camera), Clock::now()});
  }
  changed_.notify_one();
}

// Under mutex_. Each camera waits at most once and all in one line, so a full line already serves
// them evenly; the periods follow its length, smoothed, or they would swing with every burst.
void JudgePool::adapt(Clock::time_point now) {
  const double passed = std::chrono::duration<double>(now - adapted_).count();
  if (passed < kAdaptEvery) return;
  adapted_ = now;
  const double longest = std::exchange(longest_wait_, 0);
  const double wait = wait_ + (longest - wait_) * (1 - std::exp(-passed / kSmoothing));
  wait_ = wait;
  stretch_ = 1 + std::max(0.0, wait - kLate) / kHeed;
}

void JudgePool::work() {
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      job = std::move(queue_.front());
      queue_.pop_front();
      const auto now = Clock::now();
      longest_wait_ =
          std::max(longest_wait_, std::chrono::duration<double>(now - job.since).count());
      adapt(now);
    }
    job.camera->queued_ = false;
    try {
      job.camera->judge();
    } catch (const std::exception& error) {  // a fault with one picture must not end all cameras
      spdlog::error("watch: judging failed: {}", error.what());
    }
  }
}

}  // namespace xunjie::watch
