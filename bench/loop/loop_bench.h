// `xunjie bench loop`: how many durable case commands a second, beside what the bare engine can do
// with the same rows, the same durability and the same grouping in the same run. docs/ref/bench.md
// tells what each side includes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace xunjie::bench {

struct LoopBenchOptions {
  std::filesystem::path reference;  // the reference data folder (`data/` of the source tree)
  std::filesystem::path dir;  // where scratch stores go; empty = the system's temporary folder
  std::vector<int> clients = {1, 64};  // one run each, 1..1024
  int rounds = 5;  // product and bare engine alternate this often; the median ratio counts
  // Of each side. A new file's first blocks cost more, so short rounds measure the file system.
  double seconds_per_round = 4;
};

// One JSON object: {"runs":[{"clients","commands_per_s","ceiling_per_s","ratio",…}]}.
// Errors: invalid_argument, not_found (reference data), full, unavailable.
Result<std::string> run_loop_bench(const LoopBenchOptions& options);

}  // namespace xunjie::bench
