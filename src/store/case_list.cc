#include "store/case_list.h"

#include "store/statements.h"

namespace xunjie::store {
namespace {

constexpr std::size_t kStatesMax = 32;

}  // namespace

Result<void> check_filter(const ports::CaseFilter& filter) {
  if (filter.states.size() <= kStatesMax) return {};
  return make_error(ErrorCode::invalid_argument, "state 最多 32 个", "state");
}

CaseListSql::CaseListSql(const ports::CaseFilter& filter) : oldest_first_(filter.oldest_first) {
  if (filter.open) condition(*filter.open ? "open" : "not open");
  if (!filter.states.empty()) {
    std::string list;
    for (const std::string& state : filter.states)
      list += (list.empty() ? "" : ", ") + bound(state);
    condition("state in (" + list + ")");
  }
  equal("violation", filter.violation);
  equal("subdistrict", filter.subdistrict);
  equal("team", filter.team);
  equal("shop", filter.shop);
  equal("camera", filter.camera);
  equal("zone", filter.zone);
  equal("finding", filter.finding);
  equal("place_key", filter.place_key);
  equal("department", filter.department);
  if (filter.reported_from) condition("reported_at >= " + bound(filter.reported_from->count));
  if (filter.reported_until) condition("reported_at < " + bound(filter.reported_until->count));
  if (filter.overdue) condition("open and due < " + bound(filter.now.count));
}

void CaseListSql::page(const std::optional<Cursor>& after, int limit) {
  if (after) {
    const std::string time = bound(after->number);
    const std::string id = bound(after->id);
    condition(std::string("(reported_at, id) ") + (oldest_first_ ? ">" : "<") + " (" + time + ", " +
              id + ")");
  }
  limit_ = " limit " + bound(std::int64_t{limit} + 1);
}

std::string CaseListSql::select_rows() const {
  return "select " + std::string(sql::kCaseColumns) + " from cases" + where_ +
         (oldest_first_ ? " order by reported_at, id" : " order by reported_at desc, id desc") +
         limit_;
}

std::string CaseListSql::select_count() const {
  return "select count(*) from cases" + where_;
}

Query CaseListSql::start(Database& database, const std::string& text) const {
  Query query = database.prepare_query(text);
  int parameter = 0;
  for (const Value& value : values_) {
    ++parameter;
    std::visit([&](const auto& v) { Database::bind(query, parameter, v); }, value);
  }
  return query;
}

std::string CaseListSql::bound(Value value) {
  values_.push_back(std::move(value));
  return "$" + std::to_string(values_.size());
}

void CaseListSql::condition(const std::string& text) {
  where_ += (where_.empty() ? " where " : " and ") + text;
}

void CaseListSql::equal(const char* column, const std::string& value) {
  if (!value.empty()) condition(std::string(column) + " = " + bound(value));
}

}  // namespace xunjie::store
