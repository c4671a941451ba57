#include "store/write_queue.h"

#include <utility>

#include "base/check.h"

namespace xunjie::store {

WriteQueue::WriteQueue(CommitGroup commit_group, int queue_max, int group_max)
    : commit_group_(std::move(commit_group)),
      queue_max_(static_cast<std::size_t>(queue_max)),
      group_max_(static_cast<std::size_t>(group_max)),
      writer_([this] { write_groups(); }) {}

WriteQueue::~WriteQueue() {
  {
    const std::lock_guard lock(mutex_);
    XUNJIE_CHECK(queue_.empty());
    stopping_ = true;
  }
  work_.notify_one();
  writer_.join();
}

Result<void> WriteQueue::run(WriteRequest& request) {
  thread_local const std::shared_ptr<Waiter> waiter = std::make_shared<Waiter>();
  bool alone = false;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= queue_max_) {
      ++stats_.refused;
      return make_error(ErrorCode::unavailable, "系统繁忙，请稍后重试", {}, "write queue is full");
    }
    ++stats_.requests;
    alone = !std::exchange(writing_, true);
    if (!alone) {
      waiter->done.store(0, std::memory_order_relaxed);
      queue_.push_back({&request, waiter});
    }
  }
  if (alone) {
    write_alone(request);
  } else {
    waiter->done.wait(0, std::memory_order_acquire);
  }
  return std::move(request.outcome);
}

void WriteQueue::write_alone(WriteRequest& request) {
  WriteRequest* const group[] = {&request};
  commit_group_(group);
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) {
    writing_ = false;
  } else {
    handed_over_ = true;
    work_.notify_one();
  }
}

void WriteQueue::take_group(std::vector<Entry>& group) {
  while (!queue_.empty() && group.size() < group_max_) {
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
}

void WriteQueue::write_groups() {
  std::vector<Entry> group;
  std::vector<WriteRequest*> requests;
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return handed_over_ || stopping_; });
    if (!handed_over_) return;
    while (!queue_.empty()) {
      take_group(group);
      lock.unlock();
      requests.clear();
      for (const Entry& entry : group) requests.push_back(entry.request);
      commit_group_(requests);
      for (const Entry& entry : group) {
        entry.waiter->done.store(1, std::memory_order_release);
        entry.waiter->done.notify_one();
      }
      group.clear();
      lock.lock();
    }
    handed_over_ = false;
    writing_ = false;
  }
}

WriterStats WriteQueue::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

}  // namespace xunjie::store
