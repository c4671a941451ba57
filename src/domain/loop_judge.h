// Private to the domain: how one row is judged. Guards, limits and wake-ups as functions of the
// folded case, the command, the time and the rules; loop.h is what others use.
#pragma once

#include <optional>
#include <vector>

#include "domain/loop.h"

namespace xunjie::domain {

struct Question {
  const Case& current;
  const CaseId& id;
  const Command& command;
  UtcMicros at;
  const Rules& rules;
};

// nullopt when the guard holds, else why not, as public text.
std::optional<Error> failure_of(Guard guard, const Question& question, const Transition& row);

// Guards that speak of the case and the actor alone, so that the console can know beforehand.
bool known_beforehand(Guard guard);

// The limit that runs after `row`; nullopt for ends.
std::optional<UtcMicros> due_after(LimitChoice choice, const Question& question);

// When the limit of this case next asks for attention; nullopt when it has done so twice.
std::optional<UtcMicros> next_escalation(const Case& current, const Rules& rules);

// The wake-ups an open case has; none for an end.
std::vector<TimerChange> wake_ups(const Case& current, const Rules& rules);

// invalid_argument naming the first fact that is missing, too long or out of range.
std::optional<Error> fault_in_facts(const Command& command);

}  // namespace xunjie::domain
