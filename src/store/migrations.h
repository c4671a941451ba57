// Numbered steps from an empty database to the newest schema, embedded from migrations/*.sql.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "store/sql.h"

namespace xunjie::store {

struct Migration {
  int version = 0;        // 1, 2, 3 … without gaps
  std::string_view name;  // the file's name without extension
  std::string_view sql;
};

std::span<const Migration> migrations();

// Applies what is missing up to `target`, each step in its own transaction. Errors: corrupt when
// the database is newer than this program or was built by other steps than these.
Result<void> migrate(Database& database, int target = static_cast<int>(migrations().size()));

// One line per difference between the steps recorded and the steps embedded.
Result<std::vector<std::string>> schema_faults(Database& database);

}  // namespace xunjie::store
