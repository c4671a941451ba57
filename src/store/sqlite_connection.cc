#include "store/sqlite_connection.h"

#include <cstdlib>
#include <regex>

#include <sqlite3.h>

#include "store/error_table.h"

namespace xunjie::store {
namespace {

struct CloseHandle {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

Error last_error(sqlite3* handle, std::string_view what) {
  std::string text(what);
  text += ": ";
  text += sqlite3_errmsg(handle);
  return engine_error(sqlite3_extended_errcode(handle), std::move(text));
}

class SqliteStatement final : public Statement {
 public:
  SqliteStatement(sqlite3* handle, sqlite3_stmt* statement)
      : handle_(handle), statement_(statement) {
    // SQLite numbers `$n` by first appearance; places_[n] is where parameter n really stands.
    const int count = sqlite3_bind_parameter_count(statement);
    places_.assign(static_cast<std::size_t>(count) + 1, 0);
    for (int place = 1; place <= count; ++place) {
      const char* name = sqlite3_bind_parameter_name(statement, place);
      const int number = name != nullptr ? std::atoi(name + 1) : 0;
      XUNJIE_CHECK(number >= 1 && number <= count);
      places_[static_cast<std::size_t>(number)] = place;
    }
  }

  void bind_null(int parameter) override { sqlite3_bind_null(statement_.get(), place(parameter)); }
  void bind_integer(int parameter, std::int64_t value) override {
    sqlite3_bind_int64(statement_.get(), place(parameter), value);
  }
  void bind_real(int parameter, double value) override {
    sqlite3_bind_double(statement_.get(), place(parameter), value);
  }
  void bind_text(int parameter, std::string_view value, Lifetime lifetime) override {
    const char* data = value.data() != nullptr ? value.data() : "";
    sqlite3_bind_text64(statement_.get(), place(parameter), data, value.size(),
                        destructor(lifetime), SQLITE_UTF8);
  }
  void bind_bytes(int parameter, std::string_view value, Lifetime lifetime) override {
    const char* data = value.data() != nullptr ? value.data() : "";
    sqlite3_bind_blob64(statement_.get(), place(parameter), data, value.size(),
                        destructor(lifetime));
  }

  Result<bool> step() override {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
      const bool writes = sqlite3_stmt_readonly(statement_.get()) == 0;
      changed_ = writes ? sqlite3_changes64(handle_) : 0;
      return false;
    }
    return last_error(handle_, sqlite3_sql(statement_.get()));
  }

  bool is_null(int column) const override {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
  }
  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_.get(), column);
  }
  double real(int column) const override { return sqlite3_column_double(statement_.get(), column); }
  std::string_view text(int column) const override {
    // column_blob also reads text, without looking for its end.
    const void* data = sqlite3_column_blob(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return {static_cast<const char*>(data), data != nullptr ? static_cast<std::size_t>(size) : 0};
  }
  std::int64_t rows_changed() const override { return changed_; }
  void reset() override {
    sqlite3_reset(statement_.get());
    changed_ = 0;
  }

 private:
  int place(int parameter) const {
    XUNJIE_CHECK(parameter >= 1 && static_cast<std::size_t>(parameter) < places_.size());
    return places_[static_cast<std::size_t>(parameter)];
  }
  static sqlite3_destructor_type destructor(Lifetime lifetime) {
    // SQLITE_TRANSIENT is a C cast of -1 to a function pointer; that is SQLite's interface.
    return lifetime == Lifetime::copied ? SQLITE_TRANSIENT : SQLITE_STATIC;  // NOLINT
  }

  sqlite3* handle_;
  std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement_;
  std::vector<int> places_;
  std::int64_t changed_ = 0;
};

class SqliteConnection final : public Connection {
 public:
  explicit SqliteConnection(sqlite3* handle) : handle_(handle) {}

  Result<std::unique_ptr<Statement>> prepare(std::string_view sql) override {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return last_error(handle_.get(), sql);
    return std::unique_ptr<Statement>(std::make_unique<SqliteStatement>(handle_.get(), statement));
  }

  Result<void> execute(const std::string& script) override {
    const int code = sqlite3_exec(handle_.get(), script.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return last_error(handle_.get(), script);
    return {};
  }

  Result<void> execute_schema(const std::string& script) override {
    // Only `integer primary key` is SQLite's own row number; `clustered` tables need no second
    // tree.
    std::string own = std::regex_replace(script, std::regex("\\bbigint\\b"), "integer");
    own = std::regex_replace(own, std::regex("\\bbytea\\b"), "blob");
    own = std::regex_replace(own, std::regex("/\\*clustered\\*/"), "without rowid");
    return execute(own);
  }

  Result<std::vector<std::string>> self_check() override {
    std::vector<std::string> faults;
    XUNJIE_TRY(statement, prepare("pragma integrity_check(100)"));
    while (true) {
      XUNJIE_TRY(row, statement->step());
      if (!row) return faults;
      if (statement->text(0) != "ok") faults.emplace_back(statement->text(0));
    }
  }

  Result<bool> has_table(std::string_view name) override {
    XUNJIE_TRY(statement,
               prepare("select 1 from sqlite_master where type = 'table' and name = $1"));
    statement->bind_text(1, name, Statement::Lifetime::copied);
    return statement->step();
  }

 private:
  std::unique_ptr<sqlite3, CloseHandle> handle_;
};

// temp_store: a rolled-back savepoint keeps its old pages in memory. A checkpoint every 32 MB of
// WAL bounds the log; more often would write hot pages home again and again.
constexpr const char* kCommon =
    "pragma trusted_schema = off; pragma temp_store = memory; pragma mmap_size = 268435456;";
constexpr const char* kWriter =
    "pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -65536;"
    "pragma wal_autocheckpoint = 8192; pragma journal_size_limit = 67108864;";
constexpr const char* kReader = "pragma query_only = on; pragma cache_size = -8192;";

}  // namespace

Result<std::unique_ptr<Connection>> open_sqlite(const std::filesystem::path& file,
                                                const SqliteOptions& options) {
  using Mode = SqliteOptions::Mode;
  const int access = options.mode == Mode::write  ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                     : options.mode == Mode::read ? SQLITE_OPEN_READWRITE
                                                  : SQLITE_OPEN_READONLY;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &handle,
                                   access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  auto connection = std::make_unique<SqliteConnection>(handle);
  if (code != SQLITE_OK) return engine_error(code, "open " + file.string());
  // Only WAL recovery by another connection is ever waited for.
  sqlite3_busy_timeout(handle, 5000);
  XUNJIE_TRY_VOID(connection->execute(kCommon));
  XUNJIE_TRY_VOID(connection->execute(options.mode == Mode::write ? kWriter : kReader));
  if (options.mode == Mode::write && options.pages_max > 0) {
    XUNJIE_TRY_VOID(
        connection->execute("pragma max_page_count = " + std::to_string(options.pages_max)));
  }
  return std::unique_ptr<Connection>(std::move(connection));
}

}  // namespace xunjie::store
