// Threads that judge looks for all cameras, first come first served, each camera queued at most
// once.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/time.h"

namespace xunjie::watch {

class Judged {
 public:
  virtual ~Judged() = default;
  virtual void judge() = 0;

 private:
  friend class JudgePool;
  std::atomic<bool> queued_{false};
};

class JudgePool {
 public:
  explicit JudgePool(int threads);
  ~JudgePool();
  JudgePool(const JudgePool&) = delete;
  JudgePool& operator=(const JudgePool&) = delete;

  // No effect when it is queued already.
  void submit(std::shared_ptr<Judged> camera);
  // By how much every period must grow for the judges to keep up; 1 when they do.
  [[nodiscard]] double stretch() const { return stretch_.load(std::memory_order_relaxed); }
  // How many seconds looks wait at present.
  [[nodiscard]] double wait_s() const { return wait_.load(std::memory_order_relaxed); }

 private:
  using Clock = std::chrono::steady_clock;
  struct Job {
    std::shared_ptr<Judged> camera;
    Clock::time_point since;
  };
  void work();
  void adapt(Clock::time_point now);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  Clock::time_point adapted_ = Clock::now();
  double longest_wait_ = 0;  // seconds, since adapted_
  std::atomic<double> stretch_{1}, wait_{0};
  std::vector<std::thread> threads_;
};

}  // namespace xunjie::watch
