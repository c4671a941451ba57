#include "store/reader_pool.h"

namespace xunjie::store {

ReaderPool::ReaderPool(std::vector<std::unique_ptr<Connection>> connections) {
  for (auto& connection : connections) {
    all_.push_back(std::make_unique<Database>(std::move(connection)));
    free_.push_back(all_.back().get());
  }
}

ReaderPool::Lease ReaderPool::take() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return !free_.empty(); });
  Database* database = free_.back();
  free_.pop_back();
  return {*this, *database};
}

ReaderPool::Lease::~Lease() {
  if (pool_ == nullptr) return;
  {
    const std::lock_guard lock(pool_->mutex_);
    pool_->free_.push_back(database_);
  }
  pool_->returned_.notify_one();
}

}  // namespace xunjie::store
