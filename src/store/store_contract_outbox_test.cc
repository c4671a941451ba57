// Effects under leases, and timers.
#include <string>
#include <vector>

#include "store/store_contract.h"

namespace xunjie::store {
namespace {

using namespace testing;  // NOLINT: the fixture's words
using ports::Batch;
using ports::Page;

class OutboxContract : public StoreContract {};

TEST_P(OutboxContract, EffectsAreClaimedOnceUntilTheirLeaseEnds) {
  Batch batch = step("C1", 1);
  batch.effects.push_back({"E1", "send_reminder", "{}", at(10)});
  batch.effects.push_back({"E2", "create_order", "{}", at(20)});
  good(store().commit(batch));
  EXPECT_TRUE(good(store().claim_effects(at(9), seconds(30), 10)).empty());
  const auto first = good(store().claim_effects(at(10), seconds(30), 10));
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].id, "E1");
  EXPECT_EQ(first[0].status, "leased");
  EXPECT_EQ(first[0].attempts, 1);
  EXPECT_EQ(first[0].lease_until, at(40));
  EXPECT_EQ(good(store().claim_effects(at(39), seconds(30), 10)).size(), 1U);  // E2 alone
  const auto again = good(store().claim_effects(at(40), seconds(30), 10));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].id, "E1");
  EXPECT_EQ(again[0].attempts, 2);
  good(store().finish_effect("E1", "msg-77"));
  EXPECT_TRUE(good(store().claim_effects(at(1000), seconds(30), 1))[0].id == "E2");
  EXPECT_TRUE(good(store().claim_effects(at(1000), seconds(30), 1)).empty());
  EXPECT_EQ(good(store().find_effect_by_reference("msg-77"))->id, "E1");
  EXPECT_FALSE(good(store().find_effect_by_reference("")).has_value());
}

TEST_P(OutboxContract, ClaimsAreInOrderAndLimited) {
  Batch batch = step("C1", 1);
  for (int i = 0; i < 5; ++i) batch.effects.push_back({"E" + std::to_string(i), "x", "{}", at(1)});
  good(store().commit(batch));
  const auto three = good(store().claim_effects(at(1), seconds(30), 3));
  ASSERT_EQ(three.size(), 3U);
  EXPECT_EQ(three[0].id, "E0");
  EXPECT_EQ(three[2].id, "E2");
  EXPECT_EQ(good(store().claim_effects(at(1), seconds(30), 3)).size(), 2U);
}

TEST_P(OutboxContract, EffectsAreRetriedParkedAndFinished) {
  Batch batch = step("C1", 1);
  batch.effects.push_back({"E1", "x", "{}", at(1)});
  good(store().commit(batch));
  good(store().claim_effects(at(1), seconds(30), 1));
  good(store().retry_effect("E1", at(50), "away"));
  EXPECT_TRUE(good(store().claim_effects(at(49), seconds(30), 1)).empty());
  EXPECT_EQ(good(store().claim_effects(at(50), seconds(30), 1))[0].last_error, "away");
  good(store().park_effect("E1", "refused"));
  EXPECT_TRUE(good(store().claim_effects(at(5000), seconds(30), 1)).empty());
  ASSERT_EQ(good(store().list_effects("parked", Page{})).items.size(), 1U);
  EXPECT_EQ(good(store().check()).effects_parked, 1);
  const auto changes = good(store().changes_after(0, 100));
  EXPECT_EQ(changes.back().topic, "effect");
  EXPECT_EQ(changes.back().id, "E1");
  good(store().retry_effect("E1", at(60), ""));
  EXPECT_EQ(good(store().claim_effects(at(60), seconds(30), 1)).size(), 1U);
  Batch next = step("C1", 2);
  next.finished_effect = "E1";
  good(store().commit(next));
  EXPECT_EQ(good(store().find_effect("E1"))->status, "done");
  good(store().retry_effect("E1", at(70), "late"));  // a finished effect stays finished
  good(store().park_effect("E1", "late"));
  EXPECT_EQ(good(store().find_effect("E1"))->status, "done");
  EXPECT_EQ(code_of(store().finish_effect("E9", "")), ErrorCode::not_found);
  EXPECT_EQ(code_of(store().retry_effect("E9", at(1), "")), ErrorCode::not_found);
  EXPECT_EQ(code_of(store().park_effect("E9", "")), ErrorCode::not_found);
}

TEST_P(OutboxContract, EffectsPageByStatus) {
  Batch batch = step("C1", 1);
  for (int i = 0; i < 5; ++i) batch.effects.push_back({"E" + std::to_string(i), "x", "{}", at(1)});
  good(store().commit(batch));
  good(store().finish_effect("E1", ""));
  std::vector<std::string> seen;
  Page page{2, {}};
  do {
    const auto part = good(store().list_effects("pending", page));
    for (const auto& effect : part.items) seen.push_back(effect.id);
    page.cursor = part.next_cursor;
  } while (!page.cursor.empty());
  EXPECT_EQ(seen, (std::vector<std::string>{"E4", "E3", "E2", "E0"}));
  EXPECT_EQ(good(store().list_effects("", Page{})).items.size(), 5U);
}

// ---- timers

TEST_P(OutboxContract, TimersAreSetReplacedCancelledAndEndWithTheCase) {
  EXPECT_EQ(good(store().next_timer()), std::nullopt);
  Batch batch = step("C1", 1);
  batch.timers = {{"limit", at(30), "a"}, {"escalate", at(20), "b"}};
  good(store().commit(batch));
  EXPECT_EQ(good(store().next_timer()), at(20));
  Batch second = step("C1", 2);
  second.timers = {{"limit", at(10), "c"}, {"escalate", std::nullopt, ""}};
  good(store().commit(second));
  const auto due = good(store().due_timers(at(100), 10));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].name, "limit");
  EXPECT_EQ(due[0].command, "c");
  EXPECT_EQ(due[0].due, at(10));
  EXPECT_TRUE(good(store().due_timers(at(9), 10)).empty());
  Batch end = step("C1", 3, "closed");
  end.row->open = false;
  end.timers = {{"recheck", at(40), "d"}};
  good(store().commit(end));
  EXPECT_EQ(good(store().next_timer()), std::nullopt);
  expect_sound();
}

INSTANTIATE_TEST_SUITE_P(Drivers, OutboxContract, ::testing::ValuesIn(kDrivers), driver_name);

}  // namespace
}  // namespace xunjie::store
