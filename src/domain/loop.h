// The loop is one table: (case, command, now, rules) → events + effects + timers, as a pure function.
//
// The same table fills the API's enums, tells the console which commands a case allows, draws the
// diagram in docs/design/loop.md, and is walked by generated tests over every (state × command × role).
// Nothing may be decided about a case anywhere else.
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
enum class EffectKind { send_reminder, request_look, create_order, cancel_order, update_order, start_transfer, notify_duty };

std::string_view name_of(EffectKind);
std::string_view chinese_of(EffectKind);
std::optional<EffectKind> effect_kind_from(std::string_view);

struct Effect {
  EffectKind kind = EffectKind::notify_duty;
  Facts facts;  // channel, team, department as far as known
};

// Wake-ups of a case: set replaces the timer of the same name, nullopt cancels it.
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

enum class Guard { none, party_reachable, has_fixed_party, evidence_gate, two_officers, pictures_present,
                   rounds_left, looks_left, extension_left, suspension_left, extension_pending, objection_pending, same_subdistrict };

// One row. `to == from` for commands that change facts but not the state.
struct Transition {
  CaseState from;
  CommandKind command;
  CaseState to;
  EventKind event;
  std::span<const Role> roles;
  std::span<const Guard> guards;      // all must hold, else the next row of the same (from, command) is tried
};

// The whole table, in the order rows are tried.
std::span<const Transition> loop_table();

// Decides `command` on `current` (nullopt: the case does not exist yet, only report is possible).
// Errors: not_allowed_in_state (names the state and what is allowed), forbidden (names the roles that
// may), invalid_argument (a required fact is missing; field names it). `now` must not be before the
// last event's time; a clock stepped back is clamped to it by the caller.
Result<Decision> decide(const std::optional<Case>& current, const CaseId& id, const Command& command,
                        UtcMicros now, const Rules& rules);

// Folds one event; never fails on a log that decide() wrote.
Case evolve(std::optional<Case> current, const CaseId& id, const Event& event);

// The commands a person of this role and scope may give now, in table order, for the console.
std::vector<CommandKind> allowed_commands(const Case& current, const Actor& actor, const Rules& rules);

// Facts that `command` cannot do without, by field name ("reason", "pictures", "officers", "team").
std::span<const std::string_view> required_facts(CommandKind command);

}  // namespace xunjie::domain
