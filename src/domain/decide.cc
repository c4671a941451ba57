// One interpreter for every row: find the rows of (state, command), then ask role, scope, facts and
// guards in that order. No command has code of its own here.
#include <algorithm>

#include "base/check.h"
#include "domain/loop_judge.h"
#include "domain/rights.h"

namespace xunjie::domain {
namespace {

using Rows = std::vector<const Transition*>;

// The table by state, so that a decision reads its own rows alone.
const Rows& rows_from(CaseState state) {
  static const std::vector<Rows> by_state = [] {
    std::vector<Rows> index(static_cast<std::size_t>(CaseState::transferred) + 1);
    for (const auto& row : loop_table()) index[static_cast<std::size_t>(row.from)].push_back(&row);
    return index;
  }();
  return by_state.at(static_cast<std::size_t>(state));
}

bool applies(const Transition& row, const Case& current, CommandKind command) {
  if (row.command != command) return false;
  if ((command == CommandKind::report) != (current.version == 0)) return false;
  return row.stage == PenaltyStage::none || row.stage == current.stage;
}

bool permits(const Transition& row, Role role) {
  return std::find(row.roles.begin(), row.roles.end(), role) != row.roles.end();
}

Rows rows_for(const Case& current, CommandKind command) {
  Rows rows;
  for (const auto* row : rows_from(current.state)) {
    if (applies(*row, current, command)) rows.push_back(row);
  }
  return rows;
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const auto word : words) {
    if (!text.empty()) text += "、";
    text += word;
  }
  return text;
}

// Each word once, in table order.
void append_once(std::vector<std::string_view>& words, std::string_view word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
}

bool ready(const Transition& row, const Question& question) {
  return std::all_of(row.guards.begin(), row.guards.end(), [&](Guard guard) {
    return !known_beforehand(guard) || !failure_of(guard, question, row);
  });
}

Error not_allowed(const Question& q) {
  if (q.current.version == 0)
    return make_error(ErrorCode::not_allowed_in_state, "案件尚不存在，只能上报");
  std::vector<std::string_view> words;
  for (const CommandKind command : allowed_commands(q.current, q.command.actor, q.rules)) {
    append_once(words, chinese_of(command));
  }
  std::string message = "案件处于“" + std::string(chinese_of(q.current.state)) + "”，不能“" +
                        std::string(chinese_of(q.command.kind)) + "”";
  message += words.empty() ? "；您在此状态没有可用的操作" : "；可用：" + joined(words);
  return make_error(ErrorCode::not_allowed_in_state, std::move(message));
}

Error wrong_role(const Rows& rows, const Command& command) {
  std::vector<std::string_view> words;
  for (const auto* row : rows) {
    for (const Role role : row->roles) append_once(words, chinese_of(role));
  }
  return make_error(ErrorCode::forbidden, std::string(chinese_of(command.actor.role)) + "不能“" +
                                              std::string(chinese_of(command.kind)) + "”；可由：" +
                                              joined(words));
}

Error wrong_scope(const Command& command) {
  return make_error(ErrorCode::forbidden,
                    "案件不在您的管辖范围内，不能“" + std::string(chinese_of(command.kind)) + "”");
}

bool scope_covers(const Question& q) {
  if (q.current.version != 0) return in_scope(q.command.actor, q.current);
  return !q.command.sighting || q.command.actor.role == Role::system ||
         in_scope(q.command.actor, q.command.sighting->subdistrict);
}

// The first row whose guards all hold, or why the first row does not.
Result<const Transition*> choose(const Rows& rows, const Question& question) {
  std::optional<Error> first_failure;
  for (const auto* row : rows) {
    std::optional<Error> failure;
    for (const Guard guard : row->guards) {
      failure = failure_of(guard, question, *row);
      if (failure) break;
    }
    if (!failure) return row;
    if (!first_failure) first_failure = std::move(failure);
  }
  XUNJIE_CHECK(first_failure.has_value());
  return *std::move(first_failure);
}

Event event_of(const Transition& row, const Question& q) {
  Event event;
  event.kind = row.event;
  event.from = q.current.state;
  event.to = row.to;
  event.stage = row.stage_to != PenaltyStage::none ? row.stage_to : q.current.stage;
  event.actor = q.command.actor;
  event.at = q.at;
  event.due = due_after(row.limit, q);
  event.facts = q.command.facts;
  if (row.event == EventKind::reported) event.sighting = q.command.sighting;
  return event;
}

// What the outside needs to know beyond the case itself.
Effect effect_of(EffectKind kind, const Transition& row, const Case& after, const Question& q) {
  Effect effect;
  effect.kind = kind;
  effect.facts.reason = q.command.facts.reason;
  effect.facts.text = chinese_of(row.event);
  effect.facts.team = after.team;
  effect.facts.department = after.department;
  effect.facts.reference = after.order_reference;
  if (kind == EffectKind::send_reminder) effect.facts.channel = "sms";
  if (row.limit == LimitChoice::look_retry) effect.delay = q.rules.violation.look_retry;
  if (row.limit == LimitChoice::receipt_retry) effect.delay = q.rules.violation.reminder_retry;
  return effect;
}

// Sets what is wanted and new, cancels what was wanted and is not any more.
std::vector<TimerChange> timer_changes(const Case& before, const Case& after, const Rules& rules) {
  std::vector<TimerChange> changes;
  const auto was = wake_ups(before, rules);
  const auto wanted = wake_ups(after, rules);
  const auto same_name = [](const TimerChange& a) {
    return [&a](const TimerChange& b) { return a.name == b.name; };
  };
  for (const auto& old : was) {
    if (std::none_of(wanted.begin(), wanted.end(), same_name(old)))
      changes.push_back({old.name, std::nullopt, old.command});
  }
  for (const auto& timer : wanted) {
    const auto old = std::find_if(was.begin(), was.end(), same_name(timer));
    const bool unchanged =
        old != was.end() && old->due == timer.due && old->command == timer.command;
    if (!unchanged) changes.push_back(timer);
  }
  return changes;
}

}  // namespace

Result<Decision> decide(const std::optional<Case>& current, const CaseId& id,
                        const Command& command, UtcMicros now, const Rules& rules) {
  const Case before = current.value_or(Case{});
  const Question question{before, id, command, std::max(now, before.last_at), rules};

  Rows rows = rows_for(before, command.kind);
  if (rows.empty()) return not_allowed(question);
  const Rows all_roles = rows;
  std::erase_if(rows, [&](const Transition* row) { return !permits(*row, command.actor.role); });
  if (rows.empty()) return wrong_role(all_roles, command);
  if (!scope_covers(question)) return wrong_scope(command);
  if (auto fault = fault_in_facts(command)) return *std::move(fault);
  XUNJIE_TRY(chosen, choose(rows, question));

  Decision decision;
  decision.events.push_back(event_of(*chosen, question));
  const Case after = evolve(current, id, decision.events.back());
  for (const EffectKind kind : chosen->effects)
    decision.effects.push_back(effect_of(kind, *chosen, after, question));
  decision.timers = timer_changes(before, after, rules);
  return decision;
}

std::vector<CommandKind> allowed_commands(const Case& current, const Actor& actor,
                                          const Rules& rules) {
  std::vector<CommandKind> allowed;
  if (current.version == 0 || !in_scope(actor, current)) return allowed;
  for (const auto* row : rows_from(current.state)) {
    if (!applies(*row, current, row->command) || !permits(*row, actor.role)) continue;
    if (std::find(allowed.begin(), allowed.end(), row->command) != allowed.end()) continue;
    const Command command{row->command, actor, {}, std::nullopt};
    if (ready(*row, {current, current.id, command, current.last_at, rules}))
      allowed.push_back(row->command);
  }
  return allowed;
}

}  // namespace xunjie::domain
