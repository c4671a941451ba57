// The store seam: everything durable goes through here, in records of plain columns and opaque JSON
// text. The store knows nothing of the loop; the app encodes, decodes and decides.
//
// Guarantee of commit(): when it returns ok the whole batch is durable (fsync done) and atomic;
// when it returns an error nothing of it is. Readers never wait for writers. All methods may be
// called from any thread and block; group commit happens inside, so callers that want throughput
// call in parallel.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"

namespace xunjie::ports {

struct CommandReceipt {
  domain::CommandId id;
  std::string scope;      // who may repeat it: user id or gateway name
  std::string body_hash;  // hex SHA-256 of the canonical body
  std::string reply;      // what was answered, given again on repetition
  UtcMicros at;
};

struct NewEvent {
  std::string kind;
  UtcMicros at;
  std::string actor;
  std::string payload;  // canonical JSON
};

struct StoredEvent {
  std::int64_t position = 0;  // over all cases, rising, without reuse
  domain::CaseId case_id;
  std::uint32_t sequence = 0;  // 1..n within the case
  std::string kind;
  UtcMicros at;
  std::string actor;
  std::string payload;
  std::string previous_hash, hash;  // hex SHA-256; the first event's previous_hash is 64 zeros
};

// The current-state row: columns that lists filter and sort by, and the folded case as JSON.
struct CaseRow {
  domain::CaseId id;
  std::uint32_t version = 0;
  std::string state, stage, violation, subdistrict, team, shop, camera, zone, finding, place_key,
      department;
  bool open = true;
  double lon = 0, lat = 0;
  UtcMicros reported_at, updated_at;
  std::optional<UtcMicros> due, confirmed_at, told_at, corrected_at, dispatched_at, ended_at;
  std::string body;
};

struct NewEffect {
  std::string id;    // unique; also the idempotency key towards the other side
  std::string kind;  // "send_reminder", "request_look", "create_order" …
  std::string payload;
  UtcMicros not_before;
};

struct EffectRow {
  std::string id, kind, payload;
  domain::CaseId case_id;
  std::string status;  // pending, leased, done, parked
  int attempts = 0;
  UtcMicros created_at, next_attempt_at;
  std::optional<UtcMicros> lease_until;
  std::string reference;  // what the other side calls it
  std::string last_error;
};

struct TimerChange {
  std::string name;
  std::optional<UtcMicros> due;  // nullopt cancels
  std::string command;
};

struct TimerRow {
  domain::CaseId case_id;
  std::string name, command;
  UtcMicros due;
};

// One atomic step of one case.
struct Batch {
  domain::CaseId case_id;
  std::uint32_t expected_version = 0;  // 0: the case must not exist
  std::optional<CommandReceipt> receipt;
  std::vector<NewEvent> events;
  std::optional<CaseRow> row;
  std::vector<NewEffect> effects;
  std::vector<TimerChange> timers;
  std::optional<std::string> finished_effect;  // marked done in the same transaction
};

struct Committed {
  std::int64_t position = 0;  // of the last event; 0 when there was none
  std::optional<std::string>
      repeated;  // the receipt existed with the same body: its reply, nothing was written
};

// A registry record (shop, camera, team, user, setting …): JSON body, optimistic version.
struct Entity {
  std::string kind, id;
  std::uint32_t version = 0;
  std::string subdistrict;
  std::string body;
  UtcMicros updated_at;
};

struct Page {
  int limit = 50;      // 1..200
  std::string cursor;  // opaque, from the previous page; empty = first
};

template <typename T>
struct PageOf {
  std::vector<T> items;
  std::string next_cursor;  // empty = no more
};

struct CaseFilter {
  std::vector<std::string> states;
  std::optional<bool> open;
  std::string violation, subdistrict, team, shop, camera, zone, finding, place_key, department;
  std::optional<UtcMicros> reported_from, reported_until;
  bool overdue = false;
  UtcMicros now;
  bool oldest_first = false;
};

// What the live stream carries: one row per durable change, in commit order.
struct Change {
  std::int64_t position = 0;
  std::string topic;  // case, camera, shop …
  std::string id;
  std::uint32_t version = 0;
  UtcMicros at;
};

struct Funnel {
  std::int64_t found = 0, confirmed = 0, told = 0, corrected = 0, dispatched = 0, closed = 0,
               rejected = 0;
};

struct CheckReport {
  std::int64_t cases = 0, events = 0, effects_parked = 0, blobs = 0;
  std::vector<std::string> faults;  // empty = sound
};

class Store {
 public:
  virtual ~Store() = default;

  // Errors: version_conflict (message holds the current version), command_reused, already_exists
  // (another open case at the same place_key and violation; detail holds its id), full,
  // unavailable.
  virtual Result<Committed> commit(const Batch& batch) = 0;
  virtual Result<std::optional<CommandReceipt>> find_receipt(const std::string& scope,
                                                             const domain::CommandId& id) = 0;
  virtual Result<void> put_receipt(const CommandReceipt& receipt) = 0;

  virtual Result<std::optional<CaseRow>> find_case(const domain::CaseId& id) = 0;
  virtual Result<std::optional<CaseRow>> find_open_case(const std::string& place_key,
                                                        const std::string& violation) = 0;
  virtual Result<PageOf<CaseRow>> list_cases(const CaseFilter& filter, const Page& page) = 0;
  virtual Result<std::int64_t> count_cases(const CaseFilter& filter) = 0;
  virtual Result<std::vector<StoredEvent>> events_of(const domain::CaseId& id) = 0;
  virtual Result<std::vector<StoredEvent>> events_after(std::int64_t position, int limit) = 0;
  virtual Result<std::vector<Change>> changes_after(std::int64_t position, int limit) = 0;
  virtual Result<std::int64_t> last_change() = 0;
  virtual Result<Funnel> funnel(UtcMicros from, UtcMicros until,
                                const std::string& subdistrict) = 0;
  virtual Result<int> reminded_cases(const domain::ShopId& shop, UtcMicros since) = 0;
  // Blocks until something newer than `position` exists or `wait` has passed; for the live stream.
  virtual bool wait_for_change(std::int64_t position, Micros wait) = 0;

  // Claims up to `limit` due effects under a lease; an expired lease may be claimed again.
  virtual Result<std::vector<EffectRow>> claim_effects(UtcMicros now, Micros lease, int limit) = 0;
  virtual Result<void> finish_effect(const std::string& id, const std::string& reference) = 0;
  virtual Result<void> retry_effect(const std::string& id, UtcMicros next_attempt,
                                    const std::string& error) = 0;
  virtual Result<void> park_effect(const std::string& id, const std::string& error) = 0;
  virtual Result<PageOf<EffectRow>> list_effects(const std::string& status, const Page& page) = 0;
  virtual Result<std::optional<EffectRow>> find_effect(const std::string& id) = 0;
  // By the other side's reference, for late receipts; done effects included.
  virtual Result<std::optional<EffectRow>> find_effect_by_reference(
      const std::string& reference) = 0;

  virtual Result<std::vector<TimerRow>> due_timers(UtcMicros now, int limit) = 0;
  virtual Result<std::optional<UtcMicros>> next_timer() = 0;

  // expected_version 0 = must be new, nullopt = whatever there is. Returns the stored entity.
  virtual Result<Entity> put_entity(const Entity& entity,
                                    std::optional<std::uint32_t> expected_version) = 0;
  virtual Result<std::optional<Entity>> find_entity(const std::string& kind,
                                                    const std::string& id) = 0;
  virtual Result<PageOf<Entity>> list_entities(const std::string& kind,
                                               const std::string& subdistrict,
                                               const Page& page) = 0;
  virtual Result<void> erase_entity(const std::string& kind, const std::string& id) = 0;

  // Projection repair: replaces one case row outside the event flow.
  virtual Result<void> replace_row(const CaseRow& row) = 0;
  // Hash over all case rows in id order: equal before and after a rebuild when all is well.
  virtual Result<std::string> projection_hash() = 0;
  // Schema, chain, checkpoints, uniqueness, orphaned effects and timers.
  virtual Result<CheckReport> check() = 0;
};

}  // namespace xunjie::ports
