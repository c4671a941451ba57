#include "store/sql.h"

#include "base/check.h"

namespace xunjie::store {
namespace {

// Lists with optional conditions make many texts; beyond this the cache starts anew.
constexpr std::size_t kStatementsMax = 256;

}  // namespace

Query::Query(std::shared_ptr<Statement> statement, std::int64_t* writes)
    : statement_(std::move(statement)), writes_(writes) {}

Query::Query(Error error) : error_(std::move(error)) {}

Query::~Query() {
  if (statement_ != nullptr) statement_->reset();
}

Result<bool> Query::next() {
  if (error_) return *error_;
  auto row = statement_->step();
  if (row.ok() && !row.value()) *writes_ += statement_->rows_changed();
  return row;
}

std::int64_t Query::rows_changed() const {
  return statement_->rows_changed();
}

std::uint32_t Query::version(int column) const {
  return static_cast<std::uint32_t>(integer(column));
}

std::optional<UtcMicros> Query::optional_time(int column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

Query Database::prepare_query(std::string_view sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    if (statements_.size() >= kStatementsMax) statements_.clear();
    auto prepared = connection_->prepare(sql);
    if (!prepared.ok()) return Query(prepared.error());
    found = statements_.emplace(std::string(sql), std::move(prepared).value()).first;
  }
  // The same text may not be open twice: the inner use would move the outer one's rows.
  XUNJIE_CHECK(found->second.use_count() == 1);
  return Query(found->second, &writes_);
}

void Database::bind(Query& query, int parameter, std::int64_t value) {
  if (query.statement_ != nullptr) query.statement_->bind_integer(parameter, value);
}

void Database::bind(Query& query, int parameter, const std::string& value) {
  if (query.statement_ == nullptr) return;
  query.statement_->bind_text(parameter, value, Statement::Lifetime::copied);
}

Result<Transaction> Transaction::begin(Database& database) {
  XUNJIE_TRY_VOID(database.run("begin"));
  return Transaction(database);
}

Transaction::~Transaction() {
  // Failing here means the engine has already rolled back.
  if (database_ != nullptr) (void)database_->run("rollback").ok();
}

Result<void> Transaction::commit() {
  XUNJIE_TRY_VOID(database_->run("commit"));
  database_ = nullptr;
  return {};
}

}  // namespace xunjie::store
