#include "store/migrations.h"

#include "store/digest.h"
#include "store/statements.h"

namespace xunjie::store {
namespace {

struct Step {
  int version = 0;
  std::string name, hash;
};

// The log of steps itself; it never changes, so it needs no migration.
constexpr const char* kLogTable =
    "create table schema_versions (version integer primary key, name text not null, hash text not "
    "null)";

std::string hash_of(const Migration& migration) {
  return Sha256().raw(migration.sql).finish().hex();
}

Result<std::vector<Step>> applied_steps(Database& database) {
  XUNJIE_TRY(exists, database.connection().has_table("schema_versions"));
  if (!exists) return std::vector<Step>();
  return database.all(sql::kSchemaVersions, [](Query& row) {
    return Step{static_cast<int>(row.integer(0)), row.text(1), row.text(2)};
  });
}

std::vector<std::string> differences(const std::vector<Step>& applied) {
  std::vector<std::string> faults;
  const auto known = migrations();
  for (std::size_t i = 0; i < applied.size(); ++i) {
    const Step& step = applied[i];
    const std::string what = "schema step " + std::to_string(step.version) + " (" + step.name + ")";
    if (i >= known.size()) {
      faults.push_back(what + " is newer than this program");
    } else if (step.version != known[i].version || step.hash != hash_of(known[i])) {
      faults.push_back(what + " differs from this program's " + std::string(known[i].name));
    }
  }
  return faults;
}

Result<void> apply(Database& database, const Migration& migration) {
  XUNJIE_TRY(transaction, Transaction::begin(database));
  XUNJIE_TRY_VOID(database.connection().execute_schema(std::string(migration.sql)));
  XUNJIE_TRY_VOID(database.run(sql::kInsertSchemaVersion, migration.version, migration.name,
                               hash_of(migration)));
  return transaction.commit();
}

}  // namespace

Result<void> migrate(Database& database, int target) {
  XUNJIE_TRY(applied, applied_steps(database));
  if (const auto faults = differences(applied); !faults.empty()) {
    return make_error(ErrorCode::corrupt, "数据库结构与本程序不符：" + faults.front());
  }
  XUNJIE_TRY(exists, database.connection().has_table("schema_versions"));
  if (!exists) XUNJIE_TRY_VOID(database.connection().execute_schema(kLogTable));
  for (const Migration& migration : migrations()) {
    const bool done = migration.version <= static_cast<int>(applied.size());
    if (!done && migration.version <= target) XUNJIE_TRY_VOID(apply(database, migration));
  }
  return {};
}

Result<std::vector<std::string>> schema_faults(Database& database) {
  XUNJIE_TRY(applied, applied_steps(database));
  std::vector<std::string> faults = differences(applied);
  if (applied.size() < migrations().size()) {
    faults.push_back("schema is at step " + std::to_string(applied.size()) + ", newest is " +
                     std::to_string(migrations().size()));
  }
  return faults;
}

}  // namespace xunjie::store
