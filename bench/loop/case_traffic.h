// The product's side: clients that lead cases through the loop by the app's own commands.
#pragma once

#include <filesystem>
#include <vector>

#include "app/reference_data.h"
#include "base/result.h"
#include "ports/store.h"

namespace xunjie::bench {

struct Traffic {
  double commands_per_s = 0;
  double per_transaction = 0;           // commands per COMMIT, as the group commit made them
  std::vector<ports::Batch> committed;  // in order
};

// `clients` threads give commands for `seconds` on a new store in DIR, each waiting for its answer
// before the next. Errors: of the first command that failed.
Result<Traffic> run_traffic(const std::filesystem::path& dir, const app::ReferenceData& reference,
                            int clients, double seconds);

}  // namespace xunjie::bench
