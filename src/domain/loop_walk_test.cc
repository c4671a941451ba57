// Random histories against what must always hold. A failure prints its seed; XUNJIE_WALK_SEED=n
// walks that one alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "domain/loop_testing.h"

namespace xunjie::domain {
namespace {

using testing::actor;
using testing::all_commands;
using testing::all_roles;
using testing::command;

constexpr std::uint64_t kWalks = 20'000;
constexpr int kStepsMax = 60;

struct Coverage {
  std::set<CaseState> states;
  std::set<PenaltyStage> stages;
  std::set<const Transition*> rows;
};

class Walk {
 public:
  Walk(std::uint64_t seed, Coverage& coverage) : random_(seed), coverage_(coverage) {
    rules_ = testing::open_rules();
    if (chance(3)) rules_.party.phone = false;
    if (chance(4)) rules_.party.fixed = false;
    if (chance(5)) rules_.party.reminded_30d = 3;
    if (chance(6)) rules_.violation.correction.reset();
    if (chance(4)) rules_.violation.reminder_rounds = 1;
    if (chance(4)) rules_.party.evidence_gate_passed = false;
    if (chance(2)) rules_.party.key_road = true;
  }

  void run() {
    for (int step = 0; step < kStepsMax && !::testing::Test::HasFailure(); ++step) {
      advance();
      const Command asked = next_command();
      const auto before = case_;
      const auto result = decide(case_, id_, asked, now_, rules_);
      if (result.ok()) {
        accept(before, asked, *result);
      } else {
        check_refusal(result.error());
      }
      check_console(asked, before, result);
    }
    if (!events_.empty()) check_replay();
  }

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool chance(std::uint64_t one_in) { return below(one_in) == 0; }

  void advance() {
    const Micros steps[] = {
        seconds(0), seconds(1), minutes(1), minutes(20), hours(1), days(1), Micros{-3'600'000'000}};
    now_ = now_ + steps[below(std::size(steps))];
    if (case_ && case_->due && chance(3)) now_ = *case_->due + (chance(4) ? Micros{-1} : Micros{});
    if (case_ && case_->due && chance(12))
      now_ = *case_->due + (*case_->due - case_->limit_since) * 3;
  }

  // Mostly something the table knows for this state, sometimes anything by anybody.
  Command next_command() {
    if (!case_ && !chance(20)) return command(CommandKind::report, actor(Role::system));
    if (!case_ || chance(6)) return anything();
    std::vector<const Transition*> rows;
    for (const auto& row : loop_table()) {
      const bool staged = row.stage == PenaltyStage::none || row.stage == case_->stage;
      // Moves are chosen more often than remarks, so that walks get somewhere.
      const bool wanted = row.to != row.from || row.stage_to != PenaltyStage::none || chance(3);
      if (row.from == case_->state && staged && wanted) rows.push_back(&row);
    }
    if (rows.empty()) return anything();
    const auto* row = rows[below(rows.size())];
    return vary(command(row->command, actor(row->roles[below(row->roles.size())], number())));
  }

  int number() { return 1 + static_cast<int>(below(4)); }

  Command anything() {
    const auto kinds = all_commands();
    const auto roles = all_roles();
    return vary(command(kinds[below(kinds.size())], actor(roles[below(roles.size())], number())));
  }

  Command vary(Command c) {
    if (chance(15)) c.facts = Facts{};
    if (chance(15)) c.facts.officers.resize(std::min<std::size_t>(c.facts.officers.size(), 1));
    if (chance(10)) c.facts.amount_fen = static_cast<std::int64_t>(below(40'000));
    if (chance(10)) c.facts.span = days(static_cast<std::int64_t>(below(200)));
    // The same person under another role: whoever handled a case must not verify it.
    if (chance(4) && c.actor.role != Role::system && c.actor.role != Role::merchant)
      c.actor.user = UserId("officer-1");
    if (chance(10)) c.actor.subdistrict = SubdistrictId(chance(2) ? "310110009" : "310110006");
    return c;
  }

  void accept(const std::optional<Case>& before, const Command& asked, const Decision& decision) {
    ASSERT_EQ(decision.events.size(), 1U);
    const Event& event = decision.events.front();
    case_ = evolve(case_, id_, event);
    events_.push_back(event);
    coverage_.states.insert(case_->state);
    coverage_.stages.insert(event.stage);
    apply_timers(decision);
    check_event(before, event, asked);
    check_case();
    check_machine_limits(event, decision);
    check_timers();
    cover(before, event, asked);
  }

  void apply_timers(const Decision& decision) {
    for (const auto& change : decision.timers) {
      if (change.due) {
        timers_[change.name] = {*change.due, change.command};
      } else {
        EXPECT_EQ(timers_.erase(change.name), 1U) << "cancels what was not set: " << change.name;
      }
    }
  }

  void check_event(const std::optional<Case>& before, const Event& event, const Command& asked) {
    EXPECT_EQ(case_->version, events_.size());
    EXPECT_EQ(event.actor, asked.actor);
    EXPECT_EQ(case_->state, event.to);
    if (!before) return;
    EXPECT_FALSE(is_end(before->state)) << "an end is final";
    EXPECT_EQ(event.from, before->state);
    EXPECT_GE(event.at, before->last_at) << "time runs forward in a log";
    if (event.kind == EventKind::extension_approved) {
      EXPECT_GT(*event.due, *before->due);
    }
    const bool new_limit = event.due && event.due != before->due;
    if (new_limit && event.kind != EventKind::extension_approved &&
        event.kind != EventKind::resumed && event.kind != EventKind::transfer_refused &&
        event.kind != EventKind::transfer_lapsed) {
      EXPECT_GE(*event.due, event.at) << "a limit is never born overdue";
    }
  }

  void check_case() {
    const Case& c = *case_;
    EXPECT_EQ(c.due.has_value(), !is_end(c.state)) << "every open state has a limit, no end has";
    EXPECT_EQ(c.ended_at.has_value(), is_end(c.state));
    EXPECT_LE(count(EventKind::extension_approved), 2);
    EXPECT_LE(count(EventKind::suspended), 1);
    EXPECT_EQ(c.extensions, count(EventKind::extension_approved));
    EXPECT_EQ(c.suspensions, count(EventKind::suspended));
    EXPECT_EQ(c.reworks, count(EventKind::verification_failed));
    EXPECT_EQ(c.returns, count(EventKind::order_returned));
    EXPECT_LE(c.escalations, 2);
    EXPECT_LE(c.reminder_rounds, rules_.violation.reminder_rounds);
    EXPECT_LE(c.reminders_failed, rules_.violation.reminder_tries);
    EXPECT_LE(c.cannot_see, rules_.violation.looks_max);
    EXPECT_LE(c.penalty_fen, c.notified_fen) << "never heavier than announced";
    if (c.stage != PenaltyStage::none) {
      EXPECT_TRUE(c.state == CaseState::off_site || c.state == CaseState::suspended);
    }
    if (c.state == CaseState::off_site) {
      EXPECT_NE(c.stage, PenaltyStage::none);
    }
  }

  int count(EventKind kind) const {
    return static_cast<int>(std::count_if(events_.begin(), events_.end(),
                                          [kind](const Event& e) { return e.kind == kind; }));
  }

  bool happened(EventKind kind) const {
    return std::any_of(events_.begin(), events_.end(), [kind](const Event& e) {
      return e.kind == kind && e.actor.role != Role::system;
    });
  }

  void check_machine_limits(const Event& event, const Decision& decision) {
    for (const auto& effect : decision.effects) {
      if (effect.kind == EffectKind::send_reminder || effect.kind == EffectKind::create_order) {
        EXPECT_TRUE(happened(EventKind::confirmed)) << "nobody is accused by a machine alone";
      }
      if (effect.kind == EffectKind::send_reminder) {
        EXPECT_TRUE(rules_.party.phone && rules_.party.fixed);
      }
    }
    if (event.from == CaseState::reported && event.to != CaseState::reported) {
      EXPECT_NE(event.actor.role, Role::system);
    }
    if (event.to == CaseState::closed) {
      EXPECT_TRUE(event.actor.role == Role::reviewer || event.actor.role == Role::duty_officer);
      EXPECT_EQ(std::count(case_->handlers.begin(), case_->handlers.end(), event.actor.user), 0);
      EXPECT_TRUE(std::any_of(events_.begin(), events_.end(), [](const Event& e) {
        return e.kind == EventKind::result_submitted || e.kind == EventKind::penalty_advanced;
      })) << "closed without proof";
    }
    if (event.to == CaseState::self_corrected) {
      EXPECT_EQ(event.from, CaseState::rechecking);
    }
  }

  // One wake-up for each open state, unless it has already been escalated twice; none for an end.
  void check_timers() {
    const auto passings = limit_passings();
    const auto passing = std::find_if(passings.begin(), passings.end(),
                                      [&](const auto& p) { return p.state == case_->state; });
    if (passing == passings.end()) {
      EXPECT_TRUE(timers_.empty()) << "an end has no timer";
      return;
    }
    const bool silent = !passing->command && case_->escalations == 2;
    ASSERT_EQ(timers_.size(), silent ? 0U : 1U) << name_of(case_->state);
    if (silent) return;
    const auto& [due, kind] = timers_.begin()->second;
    if (passing->command) {
      EXPECT_EQ(timers_.begin()->first, passing->timer);
      EXPECT_EQ(due, *case_->due);
      EXPECT_EQ(kind, *passing->command);
    } else {
      EXPECT_EQ(timers_.begin()->first, "escalate");
      EXPECT_EQ(kind, CommandKind::escalate);
      EXPECT_GE(due, case_->limit_since);
    }
  }

  void check_refusal(const Error& error) {
    const bool known = error.code == ErrorCode::not_allowed_in_state ||
                       error.code == ErrorCode::forbidden ||
                       error.code == ErrorCode::invalid_argument;
    EXPECT_TRUE(known) << name_of(error.code);
    EXPECT_FALSE(error.message.empty());
    EXPECT_EQ(error.code == ErrorCode::invalid_argument, !error.field.empty()) << error.message;
  }

  // The console offers what is decided, and never what the role may not do.
  void check_console(const Command& asked, const std::optional<Case>& before,
                     const Result<Decision>& result) {
    if (!before) return;
    const auto offered = allowed_commands(*before, asked.actor, rules_);
    const bool contains = std::find(offered.begin(), offered.end(), asked.kind) != offered.end();
    if (result.ok()) {
      EXPECT_TRUE(contains) << name_of(asked.kind) << " was decided but not offered";
    } else if (result.error().code == ErrorCode::forbidden) {
      EXPECT_FALSE(contains) << name_of(asked.kind) << " was offered but is forbidden";
    }
  }

  void check_replay() {
    std::optional<Case> again;
    for (const auto& event : events_) again = evolve(again, id_, event);
    EXPECT_EQ(*again, *case_);
  }

  void cover(const std::optional<Case>& before, const Event& event, const Command& asked) {
    const CaseState from = before ? before->state : CaseState::reported;
    for (const auto& row : loop_table()) {
      if (row.from != from || row.command != asked.kind) continue;
      const bool same = row.to == event.to && row.event == event.kind;
      const bool staged = row.stage == PenaltyStage::none || (before && row.stage == before->stage);
      const bool role =
          std::find(row.roles.begin(), row.roles.end(), asked.actor.role) != row.roles.end();
      if (same && staged && role) {
        coverage_.rows.insert(&row);
      }
    }
  }

  std::mt19937_64 random_;
  Coverage& coverage_;
  Rules rules_;
  CaseId id_{"C1"};
  UtcMicros now_ = testing::kMorning;
  std::optional<Case> case_;
  std::vector<Event> events_;
  std::map<std::string, std::pair<UtcMicros, CommandKind>> timers_;
};

TEST(LoopWalk, InvariantsHoldInEveryHistory) {
  Coverage coverage;
  if (const char* one = std::getenv("XUNJIE_WALK_SEED")) {
    Walk(std::strtoull(one, nullptr, 10), coverage).run();
    return;
  }
  for (std::uint64_t seed = 1; seed <= kWalks; ++seed) {
    Walk(seed, coverage).run();
    ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed;
  }
  for (const auto state : testing::all_states())
    EXPECT_TRUE(coverage.states.contains(state)) << name_of(state);
  for (const auto stage : testing::values_up_to(PenaltyStage::paid))
    EXPECT_TRUE(coverage.stages.contains(stage)) << name_of(stage);
  for (const auto& row : loop_table()) {
    EXPECT_TRUE(coverage.rows.contains(&row))
        << "no history takes the row " << name_of(row.from) << " --" << name_of(row.command)
        << "--> " << name_of(row.to);
  }
}

}  // namespace
}  // namespace xunjie::domain
