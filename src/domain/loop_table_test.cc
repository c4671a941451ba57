// The table as a graph and as a matrix: nothing unreachable, nothing without a way out or a limit,
// and an answer for every (state × command × role).
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "domain/loop_testing.h"

namespace xunjie::domain {
namespace {

using testing::actor;
using testing::all_commands;
using testing::all_roles;
using testing::all_states;
using testing::command;
using testing::open_rules;

TEST(LoopTable, EveryStateIsReachable) {
  std::set<CaseState> reached{CaseState::reported};
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const auto& row : loop_table()) {
      if (reached.contains(row.from)) reached.insert(row.to);
    }
  }
  for (const auto state : all_states()) EXPECT_TRUE(reached.contains(state)) << name_of(state);
}

TEST(LoopTable, EveryStateLeadsToAnEnd) {
  std::set<CaseState> leads;
  for (const auto state : all_states()) {
    if (is_end(state)) leads.insert(state);
  }
  for (std::size_t before = 0; before != leads.size();) {
    before = leads.size();
    for (const auto& row : loop_table()) {
      if (leads.contains(row.to)) leads.insert(row.from);
    }
  }
  for (const auto state : all_states()) EXPECT_TRUE(leads.contains(state)) << name_of(state);
}

TEST(LoopTable, EveryPenaltyStageFollowsFromTheOneBefore) {
  std::set<PenaltyStage> reached;
  for (std::size_t before = 1; before != reached.size();) {
    before = reached.size();
    for (const auto& row : loop_table()) {
      const bool from_outside = row.from != CaseState::off_site;
      if (from_outside || reached.contains(row.stage)) reached.insert(row.stage_to);
    }
  }
  for (const auto stage : testing::values_up_to(PenaltyStage::paid))
    EXPECT_TRUE(reached.contains(stage)) << name_of(stage);
}

TEST(LoopTable, EndsHaveNoRows) {
  for (const auto& row : loop_table()) EXPECT_FALSE(is_end(row.from)) << name_of(row.from);
}

TEST(LoopTable, EveryOpenStateIsEnteredWithALimitAndEndsAreNot) {
  for (const auto& row : loop_table()) {
    if (is_end(row.to)) {
      EXPECT_EQ(row.limit, LimitChoice::none) << name_of(row.from) << ' ' << name_of(row.command);
    } else {
      EXPECT_NE(row.limit, LimitChoice::none) << name_of(row.from) << ' ' << name_of(row.command);
    }
  }
}

TEST(LoopTable, EveryLimitHasAConsequence) {
  for (const auto state : all_states()) {
    const auto passings = limit_passings();
    const auto found = std::count_if(passings.begin(), passings.end(),
                                     [&](const auto& p) { return p.state == state; });
    EXPECT_EQ(found, is_end(state) ? 0 : 1) << name_of(state);
  }
  for (const auto& passing : limit_passings()) {
    const auto wanted = passing.command.value_or(CommandKind::escalate);
    const auto rows = loop_table();
    EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [&](const Transition& row) {
      return row.from == passing.state && row.command == wanted &&
             std::find(row.roles.begin(), row.roles.end(), Role::system) != row.roles.end();
    })) << name_of(passing.state);
  }
}

TEST(LoopTable, EveryRowNamesItsRoles) {
  for (const auto& row : loop_table()) {
    EXPECT_FALSE(row.roles.empty()) << name_of(row.from) << ' ' << name_of(row.command);
    for (const Role role : {Role::auditor, Role::evaluator, Role::data_steward, Role::admin}) {
      EXPECT_EQ(std::count(row.roles.begin(), row.roles.end(), role), 0)
          << name_of(row.command) << ' ' << name_of(role);
    }
  }
}

TEST(LoopTable, NothingLeavesReportedByMachine) {
  for (const auto& row : loop_table()) {
    if (row.from != CaseState::reported || row.to == CaseState::reported) continue;
    EXPECT_EQ(std::count(row.roles.begin(), row.roles.end(), Role::system), 0)
        << name_of(row.command);
  }
}

TEST(LoopTable, MachinesEndCasesOnlyInTheMerchantsFavour) {
  for (const auto& row : loop_table()) {
    if (!is_end(row.to) || std::count(row.roles.begin(), row.roles.end(), Role::system) == 0)
      continue;
    const bool by_gateway = row.command == CommandKind::transfer_accepted;
    EXPECT_TRUE(row.to == CaseState::self_corrected || by_gateway) << name_of(row.command);
  }
}

// One case per state and stage, put there by hand: the matrix asks for answers, not for histories.
std::vector<Case> one_case_per_place() {
  std::vector<Case> cases;
  for (const auto state : all_states()) {
    for (const auto stage : testing::values_up_to(PenaltyStage::served)) {
      if ((state == CaseState::off_site) != (stage != PenaltyStage::none)) continue;
      Case c;
      c.id = CaseId("C1");
      c.version = 5;
      c.state = state;
      c.stage = stage;
      c.resume_to = CaseState::accepted;
      c.sighting = testing::sighting();
      c.reported_at = c.state_since = c.limit_since = c.last_at = testing::kMorning;
      if (!is_end(state)) c.due = testing::kMorning + minutes(30);
      c.held_due = testing::kMorning + hours(1);
      c.notified_fen = 20'000;
      c.department = "police";
      cases.push_back(c);
    }
  }
  return cases;
}

enum class Answer { decided, not_allowed, forbidden, wrong_facts };

Answer answer_of(const Result<Decision>& result) {
  if (result.ok()) return Answer::decided;
  switch (result.error().code) {
    case ErrorCode::not_allowed_in_state:
      return Answer::not_allowed;
    case ErrorCode::forbidden:
      return Answer::forbidden;
    case ErrorCode::invalid_argument:
      return Answer::wrong_facts;
    default:
      ADD_FAILURE() << name_of(result.error().code) << ' ' << result.error().message;
  }
  return Answer::not_allowed;
}

// What the table says before guards are asked.
Answer expected(const Case& c, const Command& command) {
  bool any = false, role = false;
  for (const auto& row : loop_table()) {
    if (row.from != c.state || row.command != command.kind || row.command == CommandKind::report)
      continue;
    if (row.stage != PenaltyStage::none && row.stage != c.stage) continue;
    any = true;
    role = role ||
           std::find(row.roles.begin(), row.roles.end(), command.actor.role) != row.roles.end();
  }
  if (!any) return Answer::not_allowed;
  return role ? Answer::decided : Answer::forbidden;
}

TEST(LoopMatrix, EveryStateCommandAndRoleIsAnswered) {
  std::map<Answer, int> answers;
  for (const auto& c : one_case_per_place()) {
    for (const auto kind : all_commands()) {
      for (const auto role : all_roles()) {
        const auto asked = command(kind, actor(role));
        const auto result = decide(c, c.id, asked, testing::kMorning + minutes(1), open_rules());
        const auto answer = answer_of(result);
        ++answers[answer];
        const auto by_table = expected(c, asked);
        const std::string where = std::string(name_of(c.state)) + "/" +
                                  std::string(name_of(c.stage)) + " " + std::string(name_of(kind)) +
                                  " " + std::string(name_of(role));
        if (by_table == Answer::not_allowed) {
          EXPECT_EQ(answer, Answer::not_allowed) << where;
        } else if (by_table == Answer::forbidden) {
          EXPECT_EQ(answer, Answer::forbidden) << where;
        } else {
          EXPECT_NE(answer, Answer::forbidden) << where;
        }
        if (!result.ok()) {
          EXPECT_FALSE(result.error().message.empty()) << where;
        } else {
          EXPECT_EQ(result->events.size(), 1U) << where;
        }
      }
    }
  }
  for (const auto answer : {Answer::decided, Answer::not_allowed, Answer::forbidden})
    EXPECT_GT(answers[answer], 50);
}

// The app gathers the party's history only where it is asked for; elsewhere it must not matter.
TEST(LoopMatrix, HistoryMattersOnlyWhereItIsAskedFor) {
  Rules repeater = open_rules();
  repeater.party.reminded_30d = repeater.violation.reminded_findings_30d_max;
  repeater.party.penalised_6m = true;
  int differ = 0;
  for (const auto& c : one_case_per_place()) {
    for (const auto kind : all_commands()) {
      for (const auto role : all_roles()) {
        const auto asked = command(kind, actor(role));
        const auto at = testing::kMorning + minutes(1);
        const auto clean = decide(c, c.id, asked, at, open_rules());
        const auto again = decide(c, c.id, asked, at, repeater);
        const bool same =
            clean.ok() == again.ok() && (!clean.ok() || clean->events == again->events);
        if (!same) ++differ;
        EXPECT_TRUE(same || asks_party_history(c.state)) << name_of(c.state) << name_of(kind);
      }
    }
  }
  EXPECT_GT(differ, 0);
}

TEST(LoopMatrix, EveryRequiredFactIsAskedForByName) {
  for (const auto& c : one_case_per_place()) {
    for (const auto kind : all_commands()) {
      for (const auto role : all_roles()) {
        auto asked = command(kind, actor(role));
        if (required_facts(kind).empty() || expected(c, asked) != Answer::decided) continue;
        asked.facts = Facts{};
        const auto result = decide(c, c.id, asked, testing::kMorning, open_rules());
        ASSERT_FALSE(result.ok()) << name_of(kind);
        EXPECT_EQ(result.error().code, ErrorCode::invalid_argument) << name_of(kind);
        EXPECT_EQ(result.error().field, required_facts(kind).front()) << name_of(kind);
      }
    }
  }
}

TEST(LoopMatrix, NobodyActsOutsideTheirScope) {
  for (const auto& c : one_case_per_place()) {
    for (const auto kind : all_commands()) {
      for (const auto role : all_roles()) {
        if (role == Role::system) continue;
        auto asked = command(kind, actor(role));
        if (expected(c, asked) != Answer::decided) continue;
        asked.actor.subdistrict = SubdistrictId("310110006");
        if (role == Role::merchant) asked.actor.user = UserId("merchant:barber");
        if (role == Role::liaison) asked.actor.department = "market";
        const auto result = decide(c, c.id, asked, testing::kMorning, open_rules());
        ASSERT_FALSE(result.ok()) << name_of(kind) << ' ' << name_of(role);
        EXPECT_EQ(result.error().code, ErrorCode::forbidden)
            << name_of(kind) << ' ' << name_of(role);
        EXPECT_TRUE(allowed_commands(c, asked.actor, open_rules()).empty());
      }
    }
  }
}

TEST(LoopMatrix, OnlyReportMeetsACaseThatDoesNotExist) {
  for (const auto kind : all_commands()) {
    for (const auto role : all_roles()) {
      const auto answer = answer_of(decide(std::nullopt, CaseId("C1"), command(kind, actor(role)),
                                           testing::kMorning, open_rules()));
      if (kind != CommandKind::report) {
        EXPECT_EQ(answer, Answer::not_allowed) << name_of(kind);
      }
    }
  }
}

TEST(LoopMatrix, TheRefusalNamesStateAndWhatIsAllowed) {
  Case c = one_case_per_place().front();
  const auto late = decide(c, c.id, command(CommandKind::accept, actor(Role::reviewer)),
                           testing::kMorning, open_rules());
  EXPECT_NE(late.error().message.find("待初审"), std::string::npos) << late.error().message;
  EXPECT_NE(late.error().message.find("确认"), std::string::npos) << late.error().message;
  const auto role = decide(c, c.id, command(CommandKind::confirm, actor(Role::officer)),
                           testing::kMorning, open_rules());
  EXPECT_NE(role.error().message.find("审核员"), std::string::npos) << role.error().message;
}

TEST(LoopMatrix, FactsHaveBounds) {
  Case c = one_case_per_place().front();
  auto asked = command(CommandKind::reject, actor(Role::reviewer));
  asked.facts.reason = std::string(5000, 'x');
  EXPECT_EQ(decide(c, c.id, asked, testing::kMorning, open_rules()).error().field, "reason");
  asked.facts.reason = "  \n";
  EXPECT_EQ(decide(c, c.id, asked, testing::kMorning, open_rules()).error().field, "reason");
}

}  // namespace
}  // namespace xunjie::domain
