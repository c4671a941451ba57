// commit(): one step of one case, all or nothing. Everything that can refuse the step is looked at
// before the first write, so that a refused request leaves nothing to undo in its group's
// transaction.
#include "store/sql_store.h"
#include "store/statements.h"

namespace xunjie::store {
namespace {

using ports::Batch;
using ports::CaseRow;
using ports::CommandReceipt;
using ports::Committed;

Error wrong_batch(const std::string& field, const std::string& why) {
  return make_error(ErrorCode::invalid_argument, field + ": " + why, field);
}

// What no table could refuse but check() would find later.
Result<void> validate(const Batch& batch) {
  if (batch.case_id.empty() && (!batch.events.empty() || batch.row || !batch.timers.empty())) {
    return wrong_batch("case_id", "events, a row or timers need a case");
  }
  if (!batch.events.empty() && !batch.row)
    return wrong_batch("row", "new events change the current row");
  if (batch.row && batch.row->id != batch.case_id)
    return wrong_batch("row.id", "is not the batch's case");
  if (batch.row && batch.row->version != batch.expected_version + batch.events.size()) {
    return wrong_batch("row.version", "must be the number of events of the case");
  }
  if (batch.row && batch.row->version == 0)
    return wrong_batch("events", "a case begins with an event");
  if (batch.receipt && batch.receipt->id.empty())
    return wrong_batch("receipt.id", "must not be empty");
  return {};
}

Result<std::optional<CommandReceipt>> receipt_of(Database& database, const std::string& scope,
                                                 const domain::CommandId& id) {
  return database.one(
      sql::kFindReceipt,
      [&](Query& row) {
        return CommandReceipt{id, scope, row.text(0), row.text(1), row.time(2)};
      },
      scope, id.value);
}

Error reused(const domain::CommandId& id) {
  return make_error(ErrorCode::command_reused, "指令编号 " + id.value + " 已用于另一内容的指令",
                    "command_id");
}

Error outdated(const Batch& batch, std::uint32_t current) {
  return make_error(ErrorCode::version_conflict,
                    "案件 " + batch.case_id.value + " 已有更新，当前版本为 " +
                        std::to_string(current) + "，所依据的版本为 " +
                        std::to_string(batch.expected_version),
                    "version", std::to_string(current));
}

// Nothing of the batch was written: the reply of before, or why not.
Result<Committed> answer_repeated(const CommandReceipt& stored, const CommandReceipt& given) {
  if (stored.body_hash != given.body_hash) return reused(given.id);
  return Committed{0, stored.reply};
}

UtcMicros time_of(const Batch& batch) {
  if (!batch.events.empty()) return batch.events.back().at;
  if (batch.row) return batch.row->updated_at;
  return batch.receipt ? batch.receipt->at : UtcMicros{};
}

Result<std::int64_t> insert_case(Database& database, const CaseRow& row, const Digest& head) {
  return database.run(sql::kInsertCase, row.id.value, row.version, row.open, row.state, row.stage,
                      row.violation, row.subdistrict, row.team, row.shop, row.camera, row.zone,
                      row.finding, row.place_key, row.department, row.lon, row.lat, row.reported_at,
                      row.updated_at, row.due, row.confirmed_at, row.told_at, row.corrected_at,
                      row.dispatched_at, row.ended_at, row.body, Bytes{head.view()});
}

enum class Touches { state, route, all };

Result<std::int64_t> update_case(Database& database, const CaseRow& row, const Digest& head,
                                 Touches touches) {
  const auto run = [&](std::string_view sql, const auto&... rest) {
    return database.run(sql, row.id.value, row.version, row.state, row.stage, row.updated_at,
                        row.due, row.confirmed_at, row.told_at, row.corrected_at, row.dispatched_at,
                        row.ended_at, Bytes{head.view()}, row.body, rest...);
  };
  if (touches == Touches::state) return run(sql::kUpdateCaseState);
  if (touches == Touches::route)
    return run(sql::kUpdateCaseRoute, row.open, row.team, row.department);
  return run(sql::kUpdateCaseAll, row.open, row.team, row.department, row.violation,
             row.subdistrict, row.shop, row.camera, row.zone, row.finding, row.place_key, row.lon,
             row.lat, row.reported_at);
}

}  // namespace

struct SqlStore::CaseBefore {
  std::uint32_t version = 0;
  Digest head;
  Touches touches = Touches::state;  // which update the new row needs
  bool held_place = false;           // was already the open case at the new row's place
};

// The columns of kCaseBefore.
Result<std::optional<SqlStore::CaseBefore>> SqlStore::look_at(Database& database,
                                                              const Batch& batch) {
  return database.one(
      sql::kCaseBefore,
      [&](Query& was) {
        CaseBefore before;
        before.version = was.version(0);
        Digest::read(was.view(1), before.head);
        if (!batch.row) return before;
        const CaseRow& row = *batch.row;
        const bool same_place = was.view(11) == row.place_key && was.view(5) == row.violation;
        const bool same_rest =
            same_place && was.view(6) == row.subdistrict && was.view(7) == row.shop &&
            was.view(8) == row.camera && was.view(9) == row.zone && was.view(10) == row.finding &&
            was.real(12) == row.lon && was.real(13) == row.lat && was.time(14) == row.reported_at;
        const bool same_route =
            was.boolean(2) == row.open && was.view(3) == row.team && was.view(4) == row.department;
        before.touches = !same_rest ? Touches::all : same_route ? Touches::state : Touches::route;
        before.held_place = same_place && was.boolean(2);
        return before;
      },
      batch.case_id.value);
}

Result<std::optional<Error>> SqlStore::refusal(Database& database, const Batch& batch,
                                               const std::optional<CaseBefore>& before) {
  const std::uint32_t current = before ? before->version : 0;
  if (!batch.case_id.empty() && current != batch.expected_version)
    return std::optional(outdated(batch, current));
  if (!batch.row || !batch.row->open || (before && before->held_place))
    return std::optional<Error>();
  const auto read = [](Query& row) { return row.text(0); };
  XUNJIE_TRY(other, database.one(sql::kOpenCaseAt, read, batch.row->place_key, batch.row->violation,
                                 batch.case_id.value));
  if (!other) return std::optional<Error>();
  return std::optional(make_error(ErrorCode::already_exists, "该地点已有同类未结案件 " + *other,
                                  "place_key", *other));
}

Result<Digest> SqlStore::append_events(Database& database, const Batch& batch, Digest head) {
  std::int64_t sequence = batch.expected_version;
  for (const ports::NewEvent& event : batch.events) {
    ++sequence;
    head = event_hash(
        head, {batch.case_id.value, sequence, event.kind, event.at, event.actor, event.payload});
    const std::int64_t position = ++state_.position;
    XUNJIE_TRY_VOID(database.run(sql::kInsertEvent, position, batch.case_id.value, sequence,
                                 event.kind, event.at, event.actor, Bytes{head.view()},
                                 event.payload));
    state_.log.fold(position, head);
    state_.last_at = event.at;
  }
  return head;
}

Result<void> SqlStore::write_effects(Database& database, const Batch& batch) {
  const UtcMicros now = time_of(batch);
  for (const ports::NewEffect& effect : batch.effects) {
    XUNJIE_TRY_VOID(database.run(sql::kInsertEffect, ++state_.effect_position, effect.id,
                                 batch.case_id.value, effect.kind, now, effect.not_before,
                                 effect.payload));
  }
  return {};
}

Result<void> SqlStore::write_timers(Database& database, const Batch& batch) {
  const std::string& id = batch.case_id.value;
  // A case that has ended has nothing to wake up for, whatever the batch says.
  if (batch.row && !batch.row->open) {
    XUNJIE_TRY_VOID(database.run(sql::kCancelTimers, id));
    return {};
  }
  for (const ports::TimerChange& timer : batch.timers) {
    const auto done = timer.due
                          ? database.run(sql::kSetTimer, id, timer.name, *timer.due, timer.command)
                          : database.run(sql::kCancelTimer, id, timer.name);
    if (!done.ok()) return done.error();
  }
  return {};
}

Result<void> SqlStore::finish_in_commit(Database& database, const std::string& id) {
  XUNJIE_TRY(changed, database.run(sql::kFinishEffectInCommit, id));
  if (changed == 0) return make_error(ErrorCode::not_found, "未找到待办 " + id, "finished_effect");
  return {};
}

Result<Committed> SqlStore::apply_batch(Database& database, const Batch& batch) {
  XUNJIE_TRY(before, look_at(database, batch));
  XUNJIE_TRY(refused, refusal(database, batch, before));
  if (refused) {
    // A repeated command finds its own work in the way; its receipt says so.
    if (!batch.receipt) return *refused;
    XUNJIE_TRY(stored, receipt_of(database, batch.receipt->scope, batch.receipt->id));
    return stored ? answer_repeated(*stored, *batch.receipt) : Result<Committed>(*refused);
  }
  if (batch.receipt) {
    const CommandReceipt& receipt = *batch.receipt;
    XUNJIE_TRY(written, database.run(sql::kInsertReceipt, receipt.scope, receipt.id.value,
                                     receipt.body_hash, receipt.reply, receipt.at));
    if (written == 0) {
      XUNJIE_TRY(stored, receipt_of(database, receipt.scope, receipt.id));
      XUNJIE_CHECK(stored.has_value());
      return answer_repeated(*stored, receipt);
    }
  }
  XUNJIE_TRY(head, append_events(database, batch, before ? before->head : Digest{}));
  if (batch.row) {
    const auto done = before ? update_case(database, *batch.row, head, before->touches)
                             : insert_case(database, *batch.row, head);
    if (!done.ok()) return done.error();
  }
  XUNJIE_TRY_VOID(write_effects(database, batch));
  XUNJIE_TRY_VOID(write_timers(database, batch));
  if (batch.finished_effect) XUNJIE_TRY_VOID(finish_in_commit(database, *batch.finished_effect));
  return Committed{batch.events.empty() ? 0 : state_.position, std::nullopt};
}

Result<Committed> SqlStore::commit(const Batch& batch) {
  XUNJIE_TRY_VOID(validate(batch));
  return write([&](Database& database) { return apply_batch(database, batch); });
}

Result<std::optional<CommandReceipt>> SqlStore::find_receipt(const std::string& scope,
                                                             const domain::CommandId& id) {
  const auto reader = readers_.take();
  return receipt_of(*reader, scope, id);
}

Result<void> SqlStore::put_receipt(const CommandReceipt& receipt) {
  return write([&](Database& database) -> Result<void> {
    XUNJIE_TRY(written, database.run(sql::kInsertReceipt, receipt.scope, receipt.id.value,
                                     receipt.body_hash, receipt.reply, receipt.at));
    if (written > 0) return {};
    XUNJIE_TRY(stored, receipt_of(database, receipt.scope, receipt.id));
    if (stored && stored->body_hash == receipt.body_hash) return {};
    return reused(receipt.id);
  });
}

Result<void> SqlStore::replace_row(const CaseRow& row) {
  return write([&](Database& database) -> Result<void> {
    Digest head;
    XUNJIE_TRY(found,
               database.one(
                   sql::kHeadOfCase, [&](Query& last) { return Digest::read(last.view(1), head); },
                   row.id.value));
    if (!found) return make_error(ErrorCode::not_found, "案件 " + row.id.value + " 没有事件", "id");
    XUNJIE_TRY(changed, update_case(database, row, head, Touches::all));
    if (changed == 0) {
      const auto inserted = insert_case(database, row, head);
      if (!inserted.ok()) return inserted.error();
    }
    return put_change(database, "case", row.id.value, row.version, row.updated_at);
  });
}

}  // namespace xunjie::store
