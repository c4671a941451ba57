// The loop is one table: (case, command, now, rules) → events + effects + timers, as a pure
// function.
//
// The same table fills the API's enums, tells the console which commands a case allows, draws the
// diagram in docs/design/loop.md, and is walked by generated tests over every (state × command ×
// role). Nothing may be decided about a case anywhere else.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/case.h"
#include "domain/rules.h"

namespace xunjie::domain {

// What the outside must be asked to do; the app turns each into an outbox row.
enum class EffectKind {
  send_reminder,
  request_look,
  create_order,
  cancel_order,
  update_order,
  start_transfer,
  notify_duty
};

std::string_view name_of(EffectKind);
std::string_view chinese_of(EffectKind);
std::optional<EffectKind> effect_kind_from(std::string_view);

struct Effect {
  EffectKind kind = EffectKind::notify_duty;
  Facts facts;   // channel, team, department, reason, reference as far as known
  Micros delay;  // not before this long after the decision
};

// Wake-ups of a case: set replaces the timer of the same name, nullopt cancels it. A wake-up
// decides nothing: its command is judged by the log and the calendar like any other.
struct TimerChange {
  std::string name;  // "limit", "escalate", "recheck", "suspension", "transfer"
  std::optional<UtcMicros> due;
  CommandKind command = CommandKind::note;  // what the system says when it rings
};

struct Decision {
  std::vector<Event> events;
  std::vector<Effect> effects;
  std::vector<TimerChange> timers;
};

// What a row needs beyond state and role. Guards on the command's own facts fail as
// invalid_argument, not_the_handler as forbidden, all others as not_allowed_in_state.
enum class Guard {
  is_new,
  self_correctable,
  has_fixed_party,
  party_reachable,
  under_reminder_quota,
  tries_left,
  rounds_left,
  looks_left,
  correction_time_left,
  limit_passed,
  escalation_due,
  resumes_here,
  order_wanted,
  order_free,
  evidence_gate,
  no_penalty_yet,
  extension_left,
  no_extension_pending,
  extension_pending,
  suspension_left,
  no_objection_pending,
  objection_pending,
  not_the_handler,
  sighting_complete,
  two_officers,
  before_and_after,
  extension_in_bounds,
  suspension_in_bounds,
  not_into_itself,
  not_heavier_than_notified,
  paid_in_full,
};

// Which limit runs from the new event on.
enum class LimitChoice {
  none,
  keep,
  review,
  receipt,
  receipt_retry,
  correction,
  held,
  look,
  look_retry,
  dispatch,
  acceptance,
  handling,
  verification,
  extended,
  suspension,
  resumed,
  transfer,
  technical_review,
  legal_review,
  notice,
  statement,
  decision,
  service,
  payment,
};

// One row. `to == from` for commands that change facts but not the state.
struct Transition {
  CaseState from;
  CommandKind command;
  CaseState to;
  EventKind event;
  std::span<const Role> roles;
  std::span<const Guard>
      guards;  // all must hold, else the next row of the same (from, command) is tried
  LimitChoice limit = LimitChoice::keep;
  std::span<const EffectKind> effects;
  PenaltyStage stage = PenaltyStage::none;     // needed inside off_site; none = any
  PenaltyStage stage_to = PenaltyStage::none;  // recorded on the event; none = as before
};

// The whole table, in the order rows are tried.
std::span<const Transition> loop_table();

// Whether leaving this state may depend on the party's history (PartyFacts::reminded_30d and
// penalised_6m), so that it need not be gathered for every decision.
bool asks_party_history(CaseState state);

std::string_view name_of(Guard);
std::string_view chinese_of(Guard);  // the condition, "有固定当事人"
std::string_view name_of(LimitChoice);

// What the passing of a state's limit makes the system say, and under which timer name. States
// without a command only escalate: they wait for a person.
struct LimitPassing {
  CaseState state;
  std::string_view timer;
  std::optional<CommandKind> command;
};
std::span<const LimitPassing> limit_passings();

// Decides `command` on `current` (nullopt: the case does not exist yet, only report is possible).
// Errors: not_allowed_in_state (names the state and what is allowed), forbidden (names the roles
// that may), invalid_argument (a required fact is missing or wrong; field names it). A `now`
// before the last event's time (a clock stepped back) counts as that time, so a case's events
// never run backwards.
Result<Decision> decide(const std::optional<Case>& current, const CaseId& id,
                        const Command& command, UtcMicros now, const Rules& rules);

// Folds one event; never fails on a log that decide() wrote.
Case evolve(std::optional<Case> current, const CaseId& id, const Event& event);

// The commands a person of this role and scope may give now, in table order, for the console.
std::vector<CommandKind> allowed_commands(const Case& current, const Actor& actor,
                                          const Rules& rules);

// Facts that `command` cannot do without, by the API's field name ("reason", "pictures", "span_s").
std::span<const std::string_view> required_facts(CommandKind command);

}  // namespace xunjie::domain
