// The small SQL layer: a Connection seam with one implementation per engine, and a Database over it
// with cached statements, typed binding and reading, and transactions that roll back by themselves.
//
// SQL is written once and uses only what SQLite and PostgreSQL both take: `$1` placeholders,
// RETURNING, ON CONFLICT, row values, partial indexes, CTEs. What differs (DDL type words, pragmas,
// own checks) is the connection's affair. Values are always bound, never glued into the text.
//
// One Database belongs to one thread at a time; nothing here locks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace xunjie::store {

// One prepared statement of an engine. Parameters count from 1, columns from 0.
class Statement {
 public:
  enum class Lifetime { outlives_step, copied };  // of bound text

  virtual ~Statement() = default;
  virtual void bind_null(int parameter) = 0;
  virtual void bind_integer(int parameter, std::int64_t value) = 0;
  virtual void bind_real(int parameter, double value) = 0;
  virtual void bind_text(int parameter, std::string_view value, Lifetime lifetime) = 0;
  virtual void bind_bytes(int parameter, std::string_view value, Lifetime lifetime) = 0;
  // True: a row can be read. False: done.
  virtual Result<bool> step() = 0;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  // Text or bytes; valid until the next step() or reset().
  virtual std::string_view text(int column) const = 0;
  virtual std::int64_t rows_changed() const = 0;
  virtual void reset() = 0;
};

// One connection of an engine.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual Result<std::unique_ptr<Statement>> prepare(std::string_view sql) = 0;
  // Runs statements without parameters.
  virtual Result<void> execute(const std::string& script) = 0;
  // The same for DDL in the common words (bigint, bytea, double precision, boolean, /*clustered*/).
  virtual Result<void> execute_schema(const std::string& script) = 0;
  // The engine's own check of its files; one line per fault.
  virtual Result<std::vector<std::string>> self_check() = 0;
  virtual Result<bool> has_table(std::string_view name) = 0;
};

// Bytes to be bound as bytea rather than text.
struct Bytes {
  std::string_view value;
};

// One execution of a cached statement; gives it back when destroyed.
class Query {
 public:
  Query(std::shared_ptr<Statement> statement, std::int64_t* writes);
  explicit Query(Error error);
  Query(Query&&) = default;
  Query& operator=(Query&&) = delete;
  ~Query();

  Result<bool> next();
  [[nodiscard]] std::int64_t rows_changed() const;

  [[nodiscard]] bool is_null(int column) const { return statement_->is_null(column); }
  [[nodiscard]] std::int64_t integer(int column) const { return statement_->integer(column); }
  [[nodiscard]] bool boolean(int column) const { return integer(column) != 0; }
  [[nodiscard]] std::uint32_t version(int column) const;
  [[nodiscard]] double real(int column) const { return statement_->real(column); }
  [[nodiscard]] std::string text(int column) const { return std::string(statement_->text(column)); }
  [[nodiscard]] std::string_view view(int column) const { return statement_->text(column); }
  [[nodiscard]] UtcMicros time(int column) const { return {integer(column)}; }
  [[nodiscard]] std::optional<UtcMicros> optional_time(int column) const;

 private:
  friend class Database;
  std::shared_ptr<Statement> statement_;
  std::int64_t* writes_ = nullptr;
  std::optional<Error> error_;
};

class Database {
 public:
  explicit Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  // Values are copied, so rows may be read as long as the Query lives.
  template <typename... Values>
  Query query(std::string_view sql, const Values&... values) {
    return start(sql, Statement::Lifetime::copied, values...);
  }

  // For statements without rows; returns how many rows changed. Nothing is copied.
  template <typename... Values>
  Result<std::int64_t> run(std::string_view sql, const Values&... values) {
    Query query = start(sql, Statement::Lifetime::outlives_step, values...);
    XUNJIE_TRY_VOID(query.next());
    return query.rows_changed();
  }

  // First row as `read` makes it, or nullopt.
  template <typename Read, typename... Values>
  auto one(std::string_view sql, Read read, const Values&... values)
      -> Result<std::optional<decltype(read(std::declval<Query&>()))>> {
    Query query = start(sql, Statement::Lifetime::outlives_step, values...);
    XUNJIE_TRY(found, query.next());
    if (!found) return std::optional<decltype(read(query))>();
    return std::optional<decltype(read(query))>(read(query));
  }

  template <typename Read, typename... Values>
  auto all(std::string_view sql, Read read, const Values&... values)
      -> Result<std::vector<decltype(read(std::declval<Query&>()))>> {
    Query query = start(sql, Statement::Lifetime::outlives_step, values...);
    return collect(query, read);
  }

  template <typename Read>
  static auto collect(Query& query, Read read)
      -> Result<std::vector<decltype(read(std::declval<Query&>()))>> {
    std::vector<decltype(read(query))> rows;
    while (true) {
      XUNJIE_TRY(found, query.next());
      if (!found) return rows;
      rows.push_back(read(query));
    }
  }

  Connection& connection() { return *connection_; }
  // Rows changed since the database was opened; tells whether a step wrote anything.
  [[nodiscard]] std::int64_t writes() const { return writes_; }

  // A query whose values are given one by one; for lists with optional conditions.
  Query prepare_query(std::string_view sql);
  static void bind(Query& query, int parameter, std::int64_t value);
  static void bind(Query& query, int parameter, const std::string& value);

 private:
  template <typename... Values>
  Query start(std::string_view sql, [[maybe_unused]] Statement::Lifetime lifetime,
              const Values&... values) {
    Query query = prepare_query(sql);
    if (query.statement_ != nullptr) {
      int parameter = 0;
      (bind_value(*query.statement_, ++parameter, lifetime, values), ...);
    }
    return query;
  }

  using Lifetime = Statement::Lifetime;
  static void bind_value(Statement& s, int p, Lifetime, bool v) { s.bind_integer(p, v ? 1 : 0); }
  static void bind_value(Statement& s, int p, Lifetime, int v) { s.bind_integer(p, v); }
  static void bind_value(Statement& s, int p, Lifetime, std::uint32_t v) { s.bind_integer(p, v); }
  static void bind_value(Statement& s, int p, Lifetime, std::int64_t v) { s.bind_integer(p, v); }
  static void bind_value(Statement& s, int p, Lifetime, double v) { s.bind_real(p, v); }
  static void bind_value(Statement& s, int p, Lifetime, UtcMicros v) { s.bind_integer(p, v.count); }
  static void bind_value(Statement& s, int p, Lifetime l, std::string_view v) {
    s.bind_text(p, v, l);
  }
  static void bind_value(Statement& s, int p, Lifetime l, const char* v) { s.bind_text(p, v, l); }
  static void bind_value(Statement& s, int p, Lifetime l, const std::string& v) {
    s.bind_text(p, v, l);
  }
  static void bind_value(Statement& s, int p, Lifetime l, Bytes v) { s.bind_bytes(p, v.value, l); }
  template <typename T>
  static void bind_value(Statement& s, int p, Lifetime l, const std::optional<T>& v) {
    if (v) {
      bind_value(s, p, l, *v);
    } else {
      s.bind_null(p);
    }
  }

  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::unique_ptr<Connection> connection_;  // outlives the statements
  std::unordered_map<std::string, std::shared_ptr<Statement>, TextHash, std::equal_to<>>
      statements_;
  std::int64_t writes_ = 0;
};

// BEGIN … COMMIT; rolls back when destroyed before commit() succeeded.
class Transaction {
 public:
  // On a reading connection: several reads of one state.
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace xunjie::store
