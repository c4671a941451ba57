// A fixed set of reading connections. A reader works on its own snapshot and never waits for the
// writer; when all connections are out, it waits for another reader.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "store/sql.h"

namespace xunjie::store {

class ReaderPool {
 public:
  explicit ReaderPool(std::vector<std::unique_ptr<Connection>> connections);

  // A connection for as long as the lease lives. A thread takes one at a time.
  class Lease {
   public:
    Lease(ReaderPool& pool, Database& database) : pool_(&pool), database_(&database) {}
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), database_(other.database_) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Database& operator*() const { return *database_; }
    Database* operator->() const { return database_; }

   private:
    ReaderPool* pool_;
    Database* database_;
  };
  Lease take();

 private:
  std::vector<std::unique_ptr<Database>> all_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Database*> free_;  // guarded by mutex_; last in, first out, so that caches stay warm
};

}  // namespace xunjie::store
