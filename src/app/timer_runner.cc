#include "app/case_records.h"
#include "app/effect_outcome.h"
#include "app/runners.h"
#include "base/crash_point.h"

namespace xunjie::app {
namespace {

constexpr int kDueMax = 64;
constexpr Micros kIdle = millis(250);

// The same wake-up has the same id however often it rings.
domain::CommandId id_of(const ports::TimerRow& timer) {
  return domain::CommandId(timer.case_id.value + "-" + timer.name + "-" + timer.command + "-" +
                           std::to_string(timer.due.count));
}

// Takes away, or moves, a wake-up that has nothing to say now.
Result<void> set_timer(ports::Store& store, const ports::TimerRow& timer,
                       std::optional<UtcMicros> due) {
  XUNJIE_TRY(row, store.find_case(timer.case_id));
  if (!row) return {};
  ports::Batch batch;
  batch.case_id = timer.case_id;
  batch.expected_version = row->version;
  batch.timers.push_back({timer.name, due, timer.command});
  XUNJIE_TRY(committed, store.commit(batch));
  (void)committed;
  return {};
}

// A message still waiting for the end of the quiet hours cannot have failed yet: until when.
Result<std::optional<UtcMicros>> message_waits_until(ports::Store& store,
                                                     const ports::TimerRow& timer, UtcMicros now) {
  const std::optional<UtcMicros> no;
  if (timer.command != name_of(domain::CommandKind::reminder_failed)) return no;
  XUNJIE_TRY(current, load_case(store, timer.case_id));
  if (!current) return no;
  XUNJIE_TRY(message, newest_effect(store, *current, "send_reminder"));
  const bool waits = message && message->status == "pending" && now < message->next_attempt_at &&
                     message->last_error.empty();
  if (!waits) return no;
  return std::optional<UtcMicros>(message->next_attempt_at + (timer.due - current->limit_since));
}

}  // namespace

TimerRunner::TimerRunner(ports::Store& store, const ports::Clock& clock, CaseCommands& commands)
    : store_(store), clock_(clock), commands_(commands) {}

bool TimerRunner::fire(const ports::TimerRow& timer, UtcMicros now) {
  const auto kind = domain::command_kind_from(timer.command);
  if (!kind) return set_timer(store_, timer, std::nullopt).ok();
  const auto waits = message_waits_until(store_, timer, now);
  if (!waits.ok()) return false;
  if (*waits) return set_timer(store_, timer, *waits).ok();
  crash_point("timers.before_fire");
  SystemCommand say;
  say.scope = "timer";
  say.id = id_of(timer);
  say.command.kind = *kind;
  say.command.actor = system_actor();
  say.fired_timer = timer.name;
  const auto applied = commands_.apply(timer.case_id, say);
  if (applied.ok() && !applied->repeated) return true;
  if (!applied.ok() && !is_settled(applied.error().code)) return false;
  return set_timer(store_, timer, std::nullopt).ok();
}

int TimerRunner::step(UtcMicros now) {
  const auto due = store_.due_timers(now, kDueMax);
  if (!due.ok()) return 0;
  int fired = 0;
  for (const auto& timer : *due) fired += fire(timer, now) ? 1 : 0;
  return fired;
}

void TimerRunner::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto seen = store_.last_change();
    if (step(clock_.now()) > 0) continue;
    store_.wait_for_change(seen.ok() ? *seen : 0, kIdle);
  }
}

}  // namespace xunjie::app
