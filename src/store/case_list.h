// The SQL of lists of cases: conditions that are asked for, and only those, with every value bound.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "ports/store.h"
#include "store/cursor.h"
#include "store/sql.h"

namespace xunjie::store {

class CaseListSql {
 public:
  explicit CaseListSql(const ports::CaseFilter& filter);
  // Rows after `cursor` in the list's order, one more than the page takes.
  void page(const std::optional<Cursor>& after, int limit);

  // "select … from cases where … order by … limit $n", or "select count(*) …".
  [[nodiscard]] std::string select_rows() const;
  [[nodiscard]] std::string select_count() const;
  Query start(Database& database, const std::string& text) const;

 private:
  using Value = std::variant<std::int64_t, std::string>;
  std::string bound(Value value);  // its placeholder
  void condition(const std::string& text);
  void equal(const char* column, const std::string& value);

  bool oldest_first_;
  std::string where_, limit_;
  std::vector<Value> values_;
};

// Errors: invalid_argument, field "states", more than 32 of them.
Result<void> check_filter(const ports::CaseFilter& filter);

}  // namespace xunjie::store
