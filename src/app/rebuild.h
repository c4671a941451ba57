// Folds every case's events again and compares with its current-state row: the proof that rows are
// only a projection.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/reference_data.h"
#include "base/result.h"
#include "ports/store.h"

namespace xunjie::app {

struct RebuildReport {
  std::int64_t cases = 0, events = 0;
  std::string hash_before, hash_after;
  std::vector<std::string> differing;  // case ids, at most 100
};

// With `repair` the differing rows are replaced; otherwise nothing is written and hash_after is
// what it would read. Errors: corrupt (an event that cannot be read, names case and sequence).
Result<RebuildReport> rebuild_projections(ports::Store& store, bool repair);

}  // namespace xunjie::app
