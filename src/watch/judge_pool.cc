#include "watch/judge_pool.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>

namespace xunjie::watch {
namespace {

constexpr double kLate = 1.0;  // seconds a look may wait
constexpr double kMostStretch = 30;

}  // namespace

JudgePool::JudgePool(int threads) {
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
    queue_.push_back({std::move(camera), std::chrono::steady_clock::now()});
  }
  changed_.notify_one();
}

void JudgePool::note_wait(double seconds) {
  const double now = stretch();
  stretch_ = std::clamp(seconds > kLate ? now * 1.1 : now * 0.98, 1.0, kMostStretch);
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
      const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - job.since;
      note_wait(waited.count());
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
