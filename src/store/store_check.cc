// check(): recomputes everything that can be recomputed, on one snapshot, in constant memory:
// events and case rows are read side by side in case order, then once more in global order for the
// checkpoints.
#include <bit>
#include <limits>

#include "store/migrations.h"
#include "store/rows.h"
#include "store/sql_store.h"
#include "store/statements.h"

namespace xunjie::store {
namespace {

using ports::CaseRow;

// Beyond this more lines say nothing new.
constexpr std::size_t kFaultsMax = 1000;

class Faults {
 public:
  explicit Faults(std::vector<std::string>& out) : out_(out) {}
  void add(std::string fault) {
    if (out_.size() < kFaultsMax)
      out_.push_back(std::move(fault));
    else if (out_.size() == kFaultsMax)
      out_.emplace_back("more faults than are listed");
  }

 private:
  std::vector<std::string>& out_;
};

// Walks the rows of `cases` in id order beside the events.
class Heads {
 public:
  explicit Heads(Database& database) : query_(database.query(sql::kHeads)) {}
  Result<void> next() {
    XUNJIE_TRY(found, query_.next());
    there_ = found;
    if (found) id_ = query_.text(0);
    return {};
  }
  [[nodiscard]] bool there() const { return there_; }
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] std::int64_t version() const { return query_.integer(1); }
  [[nodiscard]] std::string_view head() const { return query_.view(2); }

 private:
  Query query_;
  bool there_ = false;
  std::string id_;
};

struct ChainEnd {
  std::string id;
  std::int64_t events = 0, last_sequence = 0;
  Digest head;
};

Result<void> compare_with_row(const ChainEnd& chain, Heads& heads, Faults& faults) {
  while (heads.there() && heads.id() < chain.id) {
    faults.add("case " + heads.id() + ": a row without events");
    XUNJIE_TRY_VOID(heads.next());
  }
  if (!heads.there() || heads.id() != chain.id) {
    faults.add("case " + chain.id + ": events without a row");
    return {};
  }
  if (heads.version() != chain.events) {
    faults.add("case " + chain.id + ": row version " + std::to_string(heads.version()) + ", but " +
               std::to_string(chain.events) + " events");
  }
  if (heads.head() != chain.head.view())
    faults.add("case " + chain.id + ": row and last event have different hashes");
  return heads.next();
}

void check_link(Query& row, ChainEnd& chain, Faults& faults) {
  const std::int64_t sequence = row.integer(1);
  const std::string where = "case " + chain.id + " event " + std::to_string(sequence);
  if (sequence != chain.last_sequence + 1)
    faults.add(where + ": follows event " + std::to_string(chain.last_sequence));
  const Digest expected = event_hash(
      chain.head, {chain.id, sequence, row.view(2), row.time(3), row.view(4), row.view(5)});
  Digest stored;
  if (!Digest::read(row.view(6), stored) || stored != expected)
    faults.add(where + ": hash does not match");
  // Going on from the stored hash names the place of the change once, not every event after it.
  chain.head = stored;
  chain.last_sequence = sequence;
  ++chain.events;
}

Result<void> check_chains(Database& database, Faults& faults) {
  Heads heads(database);
  XUNJIE_TRY_VOID(heads.next());
  Query events = database.query(sql::kEventsInCaseOrder);
  ChainEnd chain;
  while (true) {
    XUNJIE_TRY(found, events.next());
    if (chain.events > 0 && (!found || events.view(0) != chain.id)) {
      XUNJIE_TRY_VOID(compare_with_row(chain, heads, faults));
      chain = {};
    }
    if (!found) break;
    if (chain.events == 0) chain.id = events.text(0);
    check_link(events, chain, faults);
  }
  while (heads.there()) {
    faults.add("case " + heads.id() + ": a row without events");
    XUNJIE_TRY_VOID(heads.next());
  }
  return {};
}

struct Checkpoint {
  std::int64_t number = 0;
  RunningDigest log;
  UtcMicros at;
  std::string signer, signature;
};

void check_signature(const Checkpoint& checkpoint, const CheckpointKey& key, Faults& faults) {
  const std::string where = "checkpoint " + std::to_string(checkpoint.number);
  if (checkpoint.signer != key.public_key()) {
    faults.add(where + ": signed by another key");
  } else if (!key.verifies(checkpoint_text(checkpoint.number, checkpoint.log, checkpoint.at),
                           checkpoint.signature)) {
    faults.add(where + ": signature does not match");
  }
}

Result<std::vector<Checkpoint>> read_checkpoints(Database& database) {
  return database.all(sql::kAllCheckpoints, [](Query& row) {
    Checkpoint out;
    out.number = row.integer(0);
    out.log.position = row.integer(1);
    out.log.events = row.integer(2);
    out.at = row.time(3);
    Digest::read(row.view(4), out.log.digest);
    out.signer = row.text(5);
    out.signature = row.text(6);
    return out;
  });
}

// Folds the log in global order and compares at every checkpoint.
Result<void> check_checkpoints(Database& database, const CheckpointKey* key, int every,
                               Faults& faults) {
  XUNJIE_TRY(checkpoints, read_checkpoints(database));
  std::int64_t number = 0;
  for (const Checkpoint& checkpoint : checkpoints) {
    if (checkpoint.number != ++number)
      faults.add("checkpoint " + std::to_string(number) + ": missing");
    number = checkpoint.number;
    if (key != nullptr) check_signature(checkpoint, *key, faults);
  }
  if (key == nullptr && !checkpoints.empty())
    faults.add("checkpoint key: missing, signatures cannot be verified");
  RunningDigest log;
  auto next = checkpoints.begin();
  const auto compare_until = [&](std::int64_t position) {
    for (; next != checkpoints.end() && next->log.position < position; ++next) {
      const bool same = next->log.position == log.position && next->log.events == log.events &&
                        next->log.digest == log.digest;
      if (!same)
        faults.add("checkpoint " + std::to_string(next->number) + ": the log up to it has changed");
    }
  };
  Query hashes = database.query(sql::kHashesAfter, std::int64_t{0});
  while (true) {
    XUNJIE_TRY(found, hashes.next());
    if (!found) break;
    compare_until(hashes.integer(0));
    Digest hash;
    Digest::read(hashes.view(1), hash);
    log.fold(hashes.integer(0), hash);
  }
  compare_until(std::numeric_limits<std::int64_t>::max());
  const std::int64_t signed_events = checkpoints.empty() ? 0 : checkpoints.back().log.events;
  if (log.events - signed_events >= every) {
    faults.add("checkpoints: " + std::to_string(log.events - signed_events) +
               " newest events are unsigned, at most " + std::to_string(every - 1) + " can be");
  }
  return {};
}

template <typename Describe>
Result<void> each_is_a_fault(Database& database, std::string_view sql, Faults& faults,
                             Describe describe) {
  Query query = database.query(sql);
  while (true) {
    XUNJIE_TRY(found, query.next());
    if (!found) return {};
    faults.add(describe(query));
  }
}

Result<void> check_references(Database& database, Faults& faults) {
  XUNJIE_TRY_VOID(each_is_a_fault(database, sql::kDoubleOpen, faults, [](Query& row) {
    return row.text(2) + " open cases at place " + row.text(0) + " for " + row.text(1);
  }));
  XUNJIE_TRY_VOID(each_is_a_fault(database, sql::kOrphanEffects, faults, [](Query& row) {
    return "effect " + row.text(0) + ": of unknown case " + row.text(1);
  }));
  XUNJIE_TRY_VOID(each_is_a_fault(database, sql::kOddEffects, faults, [](Query& row) {
    return "effect " + row.text(0) + ": unknown status " + row.text(1);
  }));
  return each_is_a_fault(database, sql::kOrphanTimers, faults, [](Query& row) {
    return "timer " + row.text(1) + ": of case " + row.text(0) + ", which is not open";
  });
}

void hash_row(Sha256& hash, const CaseRow& row) {
  hash.field(row.id.value).number(row.version).number(row.open ? 1 : 0);
  for (const std::string* field :
       {&row.state, &row.stage, &row.violation, &row.subdistrict, &row.team, &row.shop, &row.camera,
        &row.zone, &row.finding, &row.place_key, &row.department}) {
    hash.field(*field);
  }
  hash.number(std::bit_cast<std::int64_t>(row.lon)).number(std::bit_cast<std::int64_t>(row.lat));
  hash.number(row.reported_at.count).number(row.updated_at.count);
  for (const std::optional<UtcMicros>* time :
       {&row.due, &row.confirmed_at, &row.told_at, &row.corrected_at, &row.dispatched_at,
        &row.ended_at}) {
    hash.number(time->has_value() ? 1 : 0).number(time->value_or(UtcMicros{}).count);
  }
  hash.field(row.body);
}

}  // namespace

Result<std::string> SqlStore::projection_hash() {
  const auto reader = readers_.take();
  Sha256 hash;
  hash.field("xunjie-cases-1");
  Query rows = reader->query(sql::kAllCases);
  while (true) {
    XUNJIE_TRY(found, rows.next());
    if (!found) break;
    hash_row(hash, read_case(rows));
  }
  return hash.finish().hex();
}

Result<ports::CheckReport> SqlStore::check() {
  const auto reader = readers_.take();
  ports::CheckReport report;
  Faults faults(report.faults);
  XUNJIE_TRY(engine_faults, reader->connection().self_check());
  for (std::string& fault : engine_faults) faults.add("engine: " + std::move(fault));
  XUNJIE_TRY(schema, schema_faults(*reader));
  for (std::string& fault : schema) faults.add(std::move(fault));
  if (!schema.empty()) return report;  // the rest is written for the newest schema only
  XUNJIE_TRY(snapshot, Transaction::begin(*reader));
  XUNJIE_TRY_VOID(reader->one(sql::kCounts, [&](Query& row) {
    report.cases = row.integer(0);
    report.events = row.integer(1);
    report.effects_parked = row.integer(2);
    return true;
  }));
  XUNJIE_TRY_VOID(check_chains(*reader, faults));
  XUNJIE_TRY_VOID(
      check_checkpoints(*reader, key_ ? &*key_ : nullptr, options_.checkpoint_every, faults));
  XUNJIE_TRY_VOID(check_references(*reader, faults));
  XUNJIE_TRY_VOID(snapshot.commit());
  return report;
}

}  // namespace xunjie::store
