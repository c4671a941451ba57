// A bounded list of records about one thing in the entity store: the newest `slots` of them, each
// overwriting the oldest. No row is ever erased, so the store's change log does not grow either.
//
// Thread-safe; blocks for the store. One object per kind of record.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/result.h"
#include "ports/store.h"

namespace xunjie::app {

class EntityRing {
 public:
  struct Entry {
    std::int64_t number = 0;  // 1, 2, 3 … since the thing's first record
    std::string record;       // JSON object
    UtcMicros at;
  };

  EntityRing(ports::Store& store, std::string kind, int slots)
      : store_(store), kind_(std::move(kind)), slots_(slots) {}

  Result<void> append(const std::string& owner, const std::string& record, UtcMicros at);
  // Writes over the newest record; appends when there is none.
  Result<void> replace_newest(const std::string& owner, const std::string& record, UtcMicros at);
  // Records with a number below `before` (0: all), newest first, at most `limit`.
  Result<std::vector<Entry>> newest_first(const std::string& owner, std::int64_t before,
                                          std::size_t limit) const;

 private:
  [[nodiscard]] std::string kind_of(const std::string& owner) const { return kind_ + "/" + owner; }
  Result<std::vector<Entry>> read_all(const std::string& owner) const;  // oldest first
  Result<std::int64_t> newest_number(const std::string& owner);         // mutex_ held
  Result<void> put(const std::string& owner, std::int64_t number, const std::string& record,
                   UtcMicros at);

  ports::Store& store_;
  const std::string kind_;
  const int slots_;
  std::mutex mutex_;
  std::map<std::string, std::int64_t> newest_;  // by owner, as far as asked for
};

// The number a page's cursor stands for; 0 for the first page. Errors: invalid_argument.
Result<std::int64_t> ring_cursor(const std::string& cursor);

}  // namespace xunjie::app
