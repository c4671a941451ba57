// Who looked at which picture.
#include <variant>

#include "store/cursor.h"
#include "store/ledger.h"
#include "store/ledger_statements.h"

namespace xunjie::store {
namespace {

using ports::AccessRecord;

constexpr std::string_view kList = "accesses";

AccessRecord read_access(Query& row) {
  AccessRecord out;
  out.position = row.integer(0);
  out.at = row.time(1);
  out.user = row.text(2);
  out.name = row.text(3);
  out.role = row.text(4);
  out.unit = row.text(5);
  out.what = row.text(6);
  out.blob = domain::BlobId(row.text(7));
  out.case_id = domain::CaseId(row.text(8));
  out.camera = domain::CameraId(row.text(9));
  out.reason = row.text(10);
  out.times = static_cast<int>(row.integer(11));
  return out;
}

// The conditions a filter asks for; values are bound, columns are written here.
class AccessListSql {
 public:
  AccessListSql(const ports::AccessFilter& filter, std::optional<std::int64_t> before) {
    equal("person", filter.user);
    equal("case_id", filter.case_id);
    equal("blob", filter.blob);
    equal("what", filter.what);
    if (filter.from) condition("at >= ", filter.from->count);
    if (filter.until) condition("at < ", filter.until->count);
    if (before) condition("position < ", *before);
  }

  Query start(Database& database, int limit) {
    values_.emplace_back(std::int64_t{limit});
    Query query = database.prepare_query(
        "select " + std::string(sql::kAccessColumns) + " from access_log" + where_ +
        " order by position desc limit $" + std::to_string(values_.size()));
    int parameter = 0;
    for (const Value& value : values_) {
      ++parameter;
      std::visit([&](const auto& v) { Database::bind(query, parameter, v); }, value);
    }
    return query;
  }

 private:
  using Value = std::variant<std::int64_t, std::string>;
  void condition(const char* text, Value value) {
    values_.push_back(std::move(value));
    where_ += std::string(where_.empty() ? " where " : " and ") + text + "$" +
              std::to_string(values_.size());
  }
  void equal(const std::string& column, const std::string& value) {
    if (!value.empty()) condition((column + " = ").c_str(), value);
  }
  std::string where_;
  std::vector<Value> values_;
};

}  // namespace

Result<void> SqlLedger::append_accesses(const std::vector<AccessRecord>& records) {
  if (records.empty()) return {};
  return store_.write([&](Database& database) -> Result<void> {
    XUNJIE_TRY(last, database.one(sql::kLastAccess, [](Query& row) { return row.integer(0); }));
    std::int64_t position = last.value_or(0);
    for (const AccessRecord& one : records) {
      XUNJIE_TRY_VOID(database.run(sql::kInsertAccess, ++position, one.at, one.user, one.name,
                                   one.role, one.unit, one.what, one.blob.value, one.case_id.value,
                                   one.camera.value, one.reason, one.times));
    }
    return {};
  });
}

Result<ports::PageOf<AccessRecord>> SqlLedger::list_accesses(const ports::AccessFilter& filter,
                                                             const ports::Page& page) {
  XUNJIE_TRY_VOID(check_limit(page));
  std::optional<std::int64_t> before;
  if (!page.cursor.empty()) {
    XUNJIE_TRY(cursor, read_cursor(kList, page.cursor));
    before = cursor.number;
  }
  const auto reader = store_.readers_.take();
  AccessListSql list(filter, before);
  Query query = list.start(*reader, page.limit + 1);
  XUNJIE_TRY(rows, Database::collect(query, read_access));
  ports::PageOf<AccessRecord> out{std::move(rows), {}};
  if (out.items.size() > static_cast<std::size_t>(page.limit)) {
    out.items.pop_back();
    out.next_cursor = write_cursor(kList, {out.items.back().position, {}});
  }
  return out;
}

Result<int> SqlLedger::erase_accesses(UtcMicros before, int limit) {
  return store_.write([&](Database& database) -> Result<int> {
    XUNJIE_TRY(erased, database.run(sql::kEraseAccesses, before, limit));
    return static_cast<int>(erased);
  });
}

}  // namespace xunjie::store
