// Batches kept in one piece of memory, touched beforehand: what is recorded while the product is
// being measured must cost it next to nothing, and a copy of every string would.
//
// Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "ports/store.h"

namespace xunjie::bench {

class BatchTape {
 public:
  // `expected` bytes are made ready; more is taken when they do not do.
  explicit BatchTape(std::size_t expected);

  void add(std::int64_t position, const ports::Batch& batch);
  // All that was added, in the order of its positions; the tape is empty then.
  std::vector<ports::Batch> take();

 private:
  std::mutex mutex_;
  std::string bytes_;  // guarded by mutex_
};

}  // namespace xunjie::bench
