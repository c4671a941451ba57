// Opens SQLite behind the Connection seam; shows nothing of SQLite itself.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "store/sql.h"

namespace xunjie::store {

struct SqliteOptions {
  enum class Mode {
    write,    // the one writer; creates the file
    read,     // a reader beside a writer of the same process
    inspect,  // a reader in another process; the file must exist
  };
  Mode mode = Mode::write;
  std::int64_t pages_max = 0;  // 0 = no limit of our own
};

// WAL with synchronous=FULL: a commit that returned is on the disk.
Result<std::unique_ptr<Connection>> open_sqlite(const std::filesystem::path& file,
                                                const SqliteOptions& options);

}  // namespace xunjie::store
