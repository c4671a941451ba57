#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "domain/loop_judge.h"

namespace xunjie::domain {
namespace {

Limit handling_limit(const Rules& rules) {
  const auto& rule = rules.violation;
  return rules.party.key_road && rule.handling_key_road ? *rule.handling_key_road : rule.handling;
}

// A limit put aside goes on where it stopped: the pause is added to it. A pause ends when its own
// limit does, however late the wake-up comes.
std::optional<UtcMicros> after_pause(const Question& q) {
  if (!q.current.held_due) return std::nullopt;
  const UtcMicros pause_end = std::min(q.at, q.current.due.value_or(q.at));
  return *q.current.held_due + (pause_end - q.current.state_since);
}

Limit penalty_limit(LimitChoice choice, const PenaltyLimits& limits) {
  switch (choice) {
    case LimitChoice::technical_review:
      return limits.technical_review;
    case LimitChoice::legal_review:
      return limits.legal_review;
    case LimitChoice::notice:
      return limits.notice;
    case LimitChoice::statement:
      return limits.statement;
    case LimitChoice::decision:
      return limits.decision;
    case LimitChoice::service:
      return limits.service;
    case LimitChoice::payment:
      return limits.payment;
    default:
      XUNJIE_CHECK(false);
  }
}

Micros part_of(Micros whole, double part) {
  return Micros{std::llround(static_cast<double>(whole.count) * part)};
}

// The later of the share of wall time and of working time: a limit in working hours that spans a
// night is not pressed on in the night, and one around the clock not early. A case that was overdue
// when it was put aside comes back overdue: its limit has no length left.
UtcMicros part_of_limit(const Case& current, double part, const Calendar& calendar) {
  const UtcMicros since = current.limit_since, due = *current.due;
  if (due <= since) return since;
  const UtcMicros by_wall = since + part_of(due - since, part);
  const Micros working = calendar.working_time(since, due);
  if (working == Micros{}) return by_wall;
  return std::max(by_wall, calendar.after_working_time(since, part_of(working, part)));
}

}  // namespace

std::optional<UtcMicros> due_after(LimitChoice choice, const Question& q) {
  const auto& rule = q.rules.violation;
  const auto counted = [&](Limit limit) { return q.rules.calendar.due(q.at, limit); };
  switch (choice) {
    case LimitChoice::none:
      return std::nullopt;
    case LimitChoice::keep:
      return q.current.due;
    case LimitChoice::held:
      return q.current.held_due;
    case LimitChoice::resumed:
      return after_pause(q);
    case LimitChoice::extended:
      return *q.current.due + q.current.extension_asked;
    case LimitChoice::suspension:
      return q.at + q.command.facts.span;
    case LimitChoice::receipt:
      return q.at + rule.receipt_silence;
    case LimitChoice::receipt_retry:
      return q.at + rule.reminder_retry + rule.receipt_silence;
    case LimitChoice::look:
      return q.at + rule.recheck_silence;
    case LimitChoice::look_retry:
      return q.at + rule.look_retry + rule.recheck_silence;
    case LimitChoice::review:
      return counted(rule.review);
    case LimitChoice::correction:
      return counted(rule.correction.value_or(Limit{LimitUnit::seconds, 0}));
    case LimitChoice::dispatch:
      return counted(rule.dispatch);
    case LimitChoice::acceptance:
      return counted(rule.acceptance);
    case LimitChoice::handling:
      return counted(handling_limit(q.rules));
    case LimitChoice::verification:
      return counted(rule.verification);
    case LimitChoice::transfer:
      return counted(q.rules.transfer_silence);
    default:
      return counted(penalty_limit(choice, q.rules.penalty));
  }
}

std::optional<UtcMicros> next_escalation(const Case& current, const Rules& rules) {
  if (!current.due || current.escalations >= 2) return std::nullopt;
  return part_of_limit(current, current.escalations == 0 ? rules.escalate_at : rules.escalate_late,
                       rules.calendar);
}

std::vector<TimerChange> wake_ups(const Case& current, const Rules& rules) {
  for (const auto& passing : limit_passings()) {
    if (passing.state != current.state || !current.due) continue;
    if (passing.command) return {{std::string(passing.timer), current.due, *passing.command}};
    const auto next = next_escalation(current, rules);
    if (!next) return {};
    return {{"escalate", next, CommandKind::escalate}};
  }
  return {};
}

}  // namespace xunjie::domain
