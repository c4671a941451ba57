#include "bench/loop/bare_engine.h"

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <string>

#include <sqlite3.h>

#include "store/migrations.h"
#include "store/statements.h"

namespace xunjie::bench {
namespace {

namespace sql = store::sql;

// As the store's writer has them (sqlite_connection.cc).
constexpr const char* kPragmas =
    "pragma trusted_schema = off; pragma temp_store = memory; pragma mmap_size = 268435456;"
    "pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -65536;"
    "pragma wal_autocheckpoint = 8192; pragma journal_size_limit = 67108864;";

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

class Bare {
 public:
  explicit Bare(const std::filesystem::path& file) {
    sqlite3* handle = nullptr;
    good_ = sqlite3_open_v2(file.c_str(), &handle,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                            nullptr) == SQLITE_OK;
    handle_.reset(handle);
    run(kPragmas);
    for (const store::Migration& migration : store::migrations()) {
      std::string text =
          std::regex_replace(std::string(migration.sql), std::regex("\\bbigint\\b"), "integer");
      text = std::regex_replace(text, std::regex("\\bbytea\\b"), "blob");
      run(std::regex_replace(text, std::regex("/\\*clustered\\*/"), "without rowid").c_str());
    }
    for (auto& [slot, text] : texts()) prepare(slot, text);
  }

  // Throughput is nothing without correctness: false as soon as one call failed.
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] std::string error() const { return sqlite3_errmsg(handle_.get()); }

  void begin() { step(kBegin); }
  void commit() { step(kCommit); }
  void write(const ports::Batch& batch);

 private:
  enum Slot {
    kBegin,
    kCommit,
    kReceipt,
    kEvent,
    kInsertCase,
    kState,
    kRoute,
    kAll,
    kEffect,
    kSetTimer,
    kCancelTimer,
    kCancelTimers,
    kFinish,
    kSlots
  };
  static std::map<Slot, std::string_view> texts() {
    return {{kBegin, "begin"},
            {kCommit, "commit"},
            {kReceipt, sql::kInsertReceipt},
            {kEvent, sql::kInsertEvent},
            {kInsertCase, sql::kInsertCase},
            {kState, sql::kUpdateCaseState},
            {kRoute, sql::kUpdateCaseRoute},
            {kAll, sql::kUpdateCaseAll},
            {kEffect, sql::kInsertEffect},
            {kSetTimer, sql::kSetTimer},
            {kCancelTimer, sql::kCancelTimer},
            {kCancelTimers, sql::kCancelTimers},
            {kFinish, sql::kFinishEffectInCommit}};
  }

  void run(const char* script) {
    good_ = good_ && sqlite3_exec(handle_.get(), script, nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  void prepare(Slot slot, std::string_view text) {
    sqlite3_stmt* statement = nullptr;
    good_ =
        good_ && sqlite3_prepare_v3(handle_.get(), text.data(), static_cast<int>(text.size()),
                                    SQLITE_PREPARE_PERSISTENT, &statement, nullptr) == SQLITE_OK;
    statements_[slot].reset(statement);
    for (int place = 1; place <= sqlite3_bind_parameter_count(statement); ++place) {
      const int number = std::atoi(sqlite3_bind_parameter_name(statement, place) + 1);
      places_[slot][static_cast<std::size_t>(number)] = place;
    }
  }

  void bind(sqlite3_stmt* s, int place, const std::string& v) {
    sqlite3_bind_text(s, place, v.data(), static_cast<int>(v.size()), SQLITE_STATIC);
  }
  void bind(sqlite3_stmt* s, int place, std::int64_t v) { sqlite3_bind_int64(s, place, v); }
  void bind(sqlite3_stmt* s, int place, double v) { sqlite3_bind_double(s, place, v); }
  void bind(sqlite3_stmt* s, int place, UtcMicros v) { sqlite3_bind_int64(s, place, v.count); }
  void bind(sqlite3_stmt* s, int place, const std::optional<UtcMicros>& v) {
    v ? sqlite3_bind_int64(s, place, v->count) : sqlite3_bind_null(s, place);
  }
  struct Hash {};
  void bind(sqlite3_stmt* s, int place, Hash) {
    sqlite3_bind_blob(s, place, hash_.data(), static_cast<int>(hash_.size()), SQLITE_STATIC);
  }

  template <typename... Values>
  void step(Slot slot, const Values&... values) {
    sqlite3_stmt* s = statements_[slot].get();
    std::size_t number = 0;
    (bind(s, places_[slot][++number], values), ...);
    good_ = good_ && sqlite3_step(s) == SQLITE_DONE;
    sqlite3_reset(s);
  }

  void write_row(const ports::CaseRow& row, bool first);

  std::unique_ptr<sqlite3, Close> handle_;
  std::array<std::unique_ptr<sqlite3_stmt, Finalize>, kSlots> statements_;
  std::array<std::array<int, 40>, kSlots> places_{};
  std::array<unsigned char, 32> hash_{};
  bool good_ = true;
  std::int64_t position_ = 0, effect_ = 0;
  // What the product's update chose by looking; here it is known: the routes of open cases.
  struct Route {
    bool open = true;
    std::string team, department;
  };
  std::map<std::string, Route> routes_;
};

void Bare::write_row(const ports::CaseRow& r, bool first) {
  const std::int64_t version = r.version;
  const std::int64_t open = r.open ? 1 : 0;
  const std::string& id = r.id.value;
  if (first) {
    step(kInsertCase, id, version, open, r.state, r.stage, r.violation, r.subdistrict, r.team,
         r.shop, r.camera, r.zone, r.finding, r.place_key, r.department, r.lon, r.lat,
         r.reported_at, r.updated_at, r.due, r.confirmed_at, r.told_at, r.corrected_at,
         r.dispatched_at, r.ended_at, r.body, Hash{});
    routes_[id] = {r.open, r.team, r.department};
    return;
  }
  Route& route = routes_[id];
  if (route.open == r.open && route.team == r.team && route.department == r.department) {
    step(kState, id, version, r.state, r.stage, r.updated_at, r.due, r.confirmed_at, r.told_at,
         r.corrected_at, r.dispatched_at, r.ended_at, Hash{}, r.body);
    return;
  }
  step(kRoute, id, version, r.state, r.stage, r.updated_at, r.due, r.confirmed_at, r.told_at,
       r.corrected_at, r.dispatched_at, r.ended_at, Hash{}, r.body, open, r.team, r.department);
  route = {r.open, r.team, r.department};
}

void Bare::write(const ports::Batch& batch) {
  const std::string& id = batch.case_id.value;
  if (batch.receipt) {
    const ports::CommandReceipt& r = *batch.receipt;
    step(kReceipt, r.scope, r.id.value, r.body_hash, r.reply, r.at);
  }
  std::int64_t sequence = batch.expected_version;
  for (const ports::NewEvent& e : batch.events) {
    step(kEvent, ++position_, id, ++sequence, e.kind, e.at, e.actor, Hash{}, e.payload);
  }
  for (std::size_t i = 0; i < 8; ++i) hash_[i] = static_cast<unsigned char>(position_ >> (8 * i));
  if (batch.row) write_row(*batch.row, batch.expected_version == 0);
  const UtcMicros now = batch.events.empty() ? UtcMicros{} : batch.events.back().at;
  for (const ports::NewEffect& e : batch.effects) {
    step(kEffect, ++effect_, e.id, id, e.kind, now, e.not_before, e.payload);
  }
  if (batch.row && !batch.row->open) {
    step(kCancelTimers, id);
  } else {
    for (const ports::TimerChange& t : batch.timers) {
      if (t.due)
        step(kSetTimer, id, t.name, *t.due, t.command);
      else
        step(kCancelTimer, id, t.name);
    }
  }
  if (batch.finished_effect) step(kFinish, *batch.finished_effect);
}

}  // namespace

Result<double> write_bare(const std::filesystem::path& dir,
                          const std::vector<ports::Batch>& batches, double per_transaction) {
  Bare bare(dir / "bare.sqlite");
  const auto start = std::chrono::steady_clock::now();
  double owed = 0;  // fractions carry over, so that the average is kept
  for (std::size_t next = 0; next < batches.size() && bare.good();) {
    owed += per_transaction;
    bare.begin();
    for (; owed >= 1 && next < batches.size(); owed -= 1) bare.write(batches[next++]);
    bare.commit();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (!bare.good())
    return make_error(ErrorCode::internal, "the bare engine failed: " + bare.error());
  return took.count();
}

}  // namespace xunjie::bench
