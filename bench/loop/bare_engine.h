// The ceiling: plain sqlite3 calls on one thread, with everything known beforehand. Same schema
// and indexes, same pragmas, same rows and statements, prepared once; no reading, judging,
// hashing, queueing or waking.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "ports/store.h"

namespace xunjie::bench {

// Writes `batches` in order, `per_transaction` of them (on average) to a COMMIT, into a new file
// DIR/bare.sqlite; returns the seconds it took, opening and preparing excluded.
Result<double> write_bare(const std::filesystem::path& dir,
                          const std::vector<ports::Batch>& batches, double per_transaction);

}  // namespace xunjie::bench
