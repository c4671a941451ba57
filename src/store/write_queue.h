// Group commit: many callers, one writer at a time, one fsync for all who wait together.
//
// A caller who finds nobody writing writes alone, on its own thread: no hand-over, no waiting
// window. Those who come meanwhile queue; the writer thread then takes them in groups until nobody
// waits. So one client costs what the engine costs, and sixty-four share their fsyncs.
//
// Bound: `queue_max` waiting requests; the next is refused with `unavailable` and nothing of it
// happens. Threads: run() from any; `commit_group` runs on one thread at a time, the caller's or
// the writer's.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/result.h"
#include "store/open.h"
#include "store/sql.h"

namespace xunjie::store {

// One atomic step. apply() may run more than once (a group that failed is repeated one by one), so
// it starts afresh each time and must look before it writes.
class WriteRequest {
 public:
  virtual ~WriteRequest() = default;
  virtual Result<void> apply(Database& database) = 0;
  Result<void> outcome;
};

class WriteQueue {
 public:
  // Sets the outcome of every request before it returns.
  using CommitGroup = std::function<void(std::span<WriteRequest* const>)>;

  WriteQueue(CommitGroup commit_group, int queue_max, int group_max);
  ~WriteQueue();  // the last run() must have returned

  // Blocks until the request is durable or refused; gives its outcome.
  Result<void> run(WriteRequest& request);
  [[nodiscard]] WriterStats stats() const;

 private:
  struct Waiter {
    std::atomic<int> done{0};
  };
  struct Entry {
    WriteRequest* request;
    std::shared_ptr<Waiter> waiter;  // outlives the caller's return, so waking it is always safe
  };

  void write_alone(WriteRequest& request);
  void write_groups();
  void take_group(std::vector<Entry>& group);

  const CommitGroup commit_group_;
  const std::size_t queue_max_, group_max_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Entry> queue_;   // guarded by mutex_
  bool writing_ = false;      // guarded by mutex_: somebody owns the writing connection
  bool handed_over_ = false;  // guarded by mutex_: and it is the writer thread
  bool stopping_ = false;     // guarded by mutex_
  WriterStats stats_;   // guarded by mutex_; transactions are counted by the owner of commit_group
  std::thread writer_;  // last: starts when all else is there
};

}  // namespace xunjie::store
