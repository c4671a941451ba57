#include "store/open.h"

#include <algorithm>

#include "store/durable_file.h"
#include "store/migrations.h"
#include "store/sql_store.h"
#include "store/sqlite_connection.h"
#include "store/statements.h"

namespace xunjie::store {
namespace {

namespace fs = std::filesystem;
using Mode = SqliteOptions::Mode;

constexpr int kReadersMax = 64;

Result<void> check_options(const StoreOptions& options) {
  const auto wrong = [](const char* field, const char* right) {
    return make_error(ErrorCode::invalid_argument, std::string(field) + " 应为 " + right, field);
  };
  if (options.readers < 1 || options.readers > kReadersMax) return wrong("readers", "1 到 64");
  if (options.queue_max < 1) return wrong("queue_max", "正整数");
  if (options.group_max < 1) return wrong("group_max", "正整数");
  if (options.checkpoint_every < 1) return wrong("checkpoint_every", "正整数");
  if (options.pages_max < 0) return wrong("pages_max", "0 或正整数");
  return {};
}

// Key before first checkpoint: once something is signed, a lost key is a fault, not a reason for a
// new one.
Result<CheckpointKey> open_key(const fs::path& file, Database& database) {
  XUNJIE_TRY(checkpoint, database.one(sql::kLastCheckpoint, [](Query&) { return true; }));
  return CheckpointKey::open(file, !checkpoint.has_value());
}

Result<void> open_writer(const fs::path& dir, const fs::path& file, SqlStore::Parts& parts) {
  XUNJIE_TRY_VOID(make_directories(dir));
  XUNJIE_TRY(lock, lock_file(dir / "store.lock"));
  parts.lock = std::move(lock);
  {
    XUNJIE_TRY(connection, open_sqlite(file, {Mode::write, parts.options.pages_max}));
    Database database(std::move(connection));
    XUNJIE_TRY_VOID(migrate(database));
    XUNJIE_TRY(key, open_key(dir / "checkpoint.key", database));
    parts.key = std::move(key);
  }
  XUNJIE_TRY(writer, open_sqlite(file, {Mode::write, parts.options.pages_max}));
  parts.writer = std::move(writer);
  return sync_directory(dir);
}

Result<void> open_inspector(const fs::path& dir, const fs::path& file, SqlStore::Parts& parts) {
  if (!fs::exists(file))
    return make_error(ErrorCode::not_found, "目录 " + dir.string() + " 中没有数据库 store.sqlite");
  auto key = CheckpointKey::open(dir / "checkpoint.key", false);
  if (key.ok()) parts.key = std::move(key).value();
  return {};
}

}  // namespace

Result<std::unique_ptr<ports::Store>> open_sqlite_store(const fs::path& data_dir,
                                                        const StoreOptions& options) {
  XUNJIE_TRY_VOID(check_options(options));
  const fs::path dir = fs::absolute(data_dir).lexically_normal();
  const fs::path file = dir / "store.sqlite";
  SqlStore::Parts parts;
  parts.options = options;
  XUNJIE_TRY_VOID(options.read_only ? open_inspector(dir, file, parts)
                                    : open_writer(dir, file, parts));
  for (int i = 0; i < options.readers; ++i) {
    XUNJIE_TRY(reader, open_sqlite(file, {options.read_only ? Mode::inspect : Mode::read}));
    parts.readers.push_back(std::move(reader));
  }
  return SqlStore::open(std::move(parts));
}

}  // namespace xunjie::store
