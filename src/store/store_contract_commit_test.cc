// commit(): receipts, versions, one open case per place, the chain, concurrent clients.
#include <atomic>
#include <set>
#include <thread>

#include "store/store_contract.h"

namespace xunjie::store {
namespace {

using namespace testing;  // NOLINT: the fixture's words
using ports::Batch;

class CommitContract : public StoreContract {};

TEST_P(CommitContract, KeepsEverythingOfAStepAcrossReopening) {
  Batch batch = step("C1", 1);
  batch.receipt = receipt("command-1", "hash", "reply");
  batch.effects.push_back({"E1", "send_reminder", R"({"a":1})", at(5)});
  batch.timers.push_back({"limit", at(9), "correction_due"});
  batch.row->due = at(9);
  const auto committed = good(store().commit(batch));
  EXPECT_GT(committed.position, 0);
  EXPECT_FALSE(committed.repeated.has_value());
  reopen();

  const auto row = good(store().find_case(domain::CaseId("C1"))).value();
  EXPECT_EQ(row.body, batch.row->body);
  EXPECT_EQ(row.due, at(9));
  EXPECT_EQ(row.told_at, std::nullopt);
  EXPECT_EQ(row.lon, batch.row->lon);
  const auto events = good(store().events_of(domain::CaseId("C1")));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].payload, batch.events[0].payload);
  EXPECT_EQ(events[0].previous_hash, std::string(64, '0'));
  EXPECT_EQ(events[0].hash.size(), 64U);
  const auto kept = good(store().find_receipt("user-1", domain::CommandId("command-1"))).value();
  EXPECT_EQ(kept.reply, "reply");
  EXPECT_EQ(kept.body_hash, "hash");
  const auto effect = good(store().find_effect("E1")).value();
  EXPECT_EQ(effect.status, "pending");
  EXPECT_EQ(effect.case_id.value, "C1");
  const auto timers = good(store().due_timers(at(9), 10));
  ASSERT_EQ(timers.size(), 1U);
  EXPECT_EQ(timers[0].command, "correction_due");
  expect_sound();
}

TEST_P(CommitContract, RepeatedCommandGetsItsReplyAndWritesNothing) {
  Batch batch = step("C1", 1);
  batch.receipt = receipt("command-1", "hash", "first reply");
  const auto first = good(store().commit(batch));
  batch.receipt->reply = "another reply";
  const auto again = good(store().commit(batch));
  EXPECT_EQ(again.repeated, "first reply");
  EXPECT_EQ(good(store().events_of(domain::CaseId("C1"))).size(), 1U);
  EXPECT_EQ(good(store().last_change()), first.position);

  // A repetition with a case id of its own, as after a lost reply to a report.
  Batch other = step("C2", 1);
  other.row->place_key = batch.row->place_key;
  other.receipt = batch.receipt;
  EXPECT_EQ(good(store().commit(other)).repeated, "first reply");
  EXPECT_FALSE(good(store().find_case(domain::CaseId("C2"))).has_value());
}

TEST_P(CommitContract, SameCommandWithAnotherBodyIsRefused) {
  Batch batch = step("C1", 1);
  batch.receipt = receipt("command-1", "hash", "reply");
  good(store().commit(batch));
  Batch next = step("C1", 2);
  next.receipt = receipt("command-1", "other hash", "reply");
  EXPECT_EQ(code_of(store().commit(next)), ErrorCode::command_reused);
  EXPECT_EQ(good(store().find_case(domain::CaseId("C1")))->version, 1U);
  next.receipt->scope = "user-2";  // another person's command id is another command
  good(store().commit(next));
}

TEST_P(CommitContract, ReceiptsAloneAreIdempotent) {
  good(store().put_receipt(receipt("command-1", "hash", "reply")));
  good(store().put_receipt(receipt("command-1", "hash", "later reply")));
  EXPECT_EQ(good(store().find_receipt("user-1", domain::CommandId("command-1")))->reply, "reply");
  EXPECT_EQ(code_of(store().put_receipt(receipt("command-1", "x", "reply"))),
            ErrorCode::command_reused);
}

TEST_P(CommitContract, OutdatedVersionIsRefusedWithTheCurrentOne) {
  good(store().commit(step("C1", 1)));
  good(store().commit(step("C1", 2)));
  const auto outdated = store().commit(step("C1", 2));
  ASSERT_EQ(code_of(outdated), ErrorCode::version_conflict);
  EXPECT_NE(outdated.error().message.find("当前版本为 2"), std::string::npos)
      << outdated.error().message;
  EXPECT_EQ(code_of(store().commit(step("C1", 1))), ErrorCode::version_conflict);
  EXPECT_EQ(code_of(store().commit(step("C9", 5))), ErrorCode::version_conflict);
  EXPECT_EQ(good(store().events_of(domain::CaseId("C1"))).size(), 2U);
  expect_sound();
}

TEST_P(CommitContract, OneOpenCasePerPlaceAndViolation) {
  good(store().commit(step("C1", 1)));
  Batch second = step("C2", 1);
  second.row->place_key = "place-C1";
  const auto refused = store().commit(second);
  ASSERT_EQ(code_of(refused), ErrorCode::already_exists);
  EXPECT_EQ(refused.error().detail, "C1");
  Batch other_kind = second;
  other_kind.row->violation = "street_vending";
  good(store().commit(other_kind));
  // Moving an open case onto a taken place is refused too.
  Batch moved = step("C2", 2);
  moved.row->place_key = "place-C1";
  EXPECT_EQ(code_of(store().commit(moved)), ErrorCode::already_exists);
  // An ended case frees its place.
  Batch ended = step("C1", 2, "closed");
  ended.row->open = false;
  good(store().commit(ended));
  good(store().commit(moved));
  EXPECT_EQ(good(store().find_open_case("place-C1", "store_overflow"))->id.value, "C2");
  expect_sound();
}

TEST_P(CommitContract, BatchesThatCheckWouldFaultAreRefused) {
  Batch no_row = step("C1", 1);
  no_row.row.reset();
  EXPECT_EQ(code_of(store().commit(no_row)), ErrorCode::invalid_argument);
  Batch wrong_version = step("C1", 1);
  wrong_version.row->version = 2;
  EXPECT_EQ(code_of(store().commit(wrong_version)), ErrorCode::invalid_argument);
  Batch wrong_case = step("C1", 1);
  wrong_case.row->id = domain::CaseId("C2");
  EXPECT_EQ(code_of(store().commit(wrong_case)), ErrorCode::invalid_argument);
  Batch no_case;
  no_case.timers.push_back({"limit", at(1), "x"});
  EXPECT_EQ(code_of(store().commit(no_case)), ErrorCode::invalid_argument);
}

TEST_P(CommitContract, FailureHalfWayLeavesNothing) {
  Batch first = step("C1", 1);
  first.effects.push_back({"E1", "send_reminder", "{}", at(1)});
  good(store().commit(first));
  const std::int64_t before = good(store().last_change());
  Batch second = step("C2", 1);
  second.receipt = receipt("command-2", "hash", "reply");
  second.effects.push_back(
      {"E1", "send_reminder", "{}", at(1)});  // taken id, found after events are written
  EXPECT_EQ(code_of(store().commit(second)), ErrorCode::already_exists);
  EXPECT_FALSE(good(store().find_case(domain::CaseId("C2"))).has_value());
  EXPECT_FALSE(good(store().find_receipt("user-1", domain::CommandId("command-2"))).has_value());
  EXPECT_EQ(good(store().last_change()), before);
  Batch unknown = step("C2", 1);
  unknown.finished_effect = "E9";
  EXPECT_EQ(code_of(store().commit(unknown)), ErrorCode::not_found);
  second.effects[0].id = "E2";
  good(store().commit(second));
  expect_sound();
}

TEST_P(CommitContract, EventsAreChainedAndPositionsRise) {
  for (std::uint32_t n = 1; n <= 4; ++n) {
    good(store().commit(step("C1", n)));
    Batch two = step("C2", 2 * n);
    two.expected_version = 2 * n - 2;
    two.events.push_back(two.events[0]);
    good(store().commit(two));
  }
  const auto all = good(store().events_after(0, 100));
  ASSERT_EQ(all.size(), 12U);
  std::string last_of_c1(64, '0');
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0) {
      EXPECT_GT(all[i].position, all[i - 1].position);
    }
    if (all[i].case_id.value != "C1") continue;
    EXPECT_EQ(all[i].previous_hash, last_of_c1);
    last_of_c1 = all[i].hash;
  }
  EXPECT_EQ(good(store().events_of(domain::CaseId("C1"))).back().hash, last_of_c1);
  EXPECT_EQ(good(store().events_after(all[5].position, 3)).size(), 3U);
  EXPECT_EQ(good(store().events_after(all.back().position, 3)).size(), 0U);
}

// ---- group commit

TEST_P(CommitContract, ConcurrentClientsLoseNothingAndDoubleNothing) {
  constexpr int kClients = 16;
  constexpr std::uint32_t kSteps = 25;
  std::vector<std::thread> clients;
  std::atomic<int> failures{0};
  for (int client = 0; client < kClients; ++client) {
    clients.emplace_back([&, client] {
      const std::string id = "C" + std::to_string(client);
      for (std::uint32_t n = 1; n <= kSteps; ++n) {
        Batch batch = step(id, n);
        batch.receipt = receipt(id + "-" + std::to_string(n), "h", "r" + std::to_string(n));
        batch.effects.push_back({id + "-E" + std::to_string(n), "x", "{}", at(1)});
        batch.timers.push_back({"limit", at(n), "x"});
        if (!store().commit(batch).ok()) ++failures;
        // The same again must change nothing.
        const auto again = store().commit(batch);
        if (!again.ok() || again->repeated != "r" + std::to_string(n)) ++failures;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(failures, 0);
  const auto report = good(store().check());
  EXPECT_TRUE(report.faults.empty()) << report.faults.front();
  EXPECT_EQ(report.cases, kClients);
  EXPECT_EQ(report.events, kClients * kSteps);
  std::set<std::string> effects;
  for (const auto& effect : good(store().claim_effects(at(1), seconds(1), 1000)))
    effects.insert(effect.id);
  EXPECT_EQ(effects.size(), kClients * kSteps);
}

TEST_P(CommitContract, OfManyWhoWantTheSameVersionOneWins) {
  good(store().commit(step("C1", 1)));
  for (std::uint32_t version = 2; version <= 12; ++version) {
    std::vector<std::thread> clients;
    std::atomic<int> won{0};
    std::atomic<int> conflicts{0};
    for (int client = 0; client < 8; ++client) {
      clients.emplace_back([&, client] {
        Batch batch = step("C1", version);
        // Failing after its events are written must not disturb the others of its group.
        if (client % 4 == 3)
          batch.effects = {{"same", "x", "{}", at(1)}, {"same", "x", "{}", at(1)}};
        const auto done = store().commit(batch);
        if (done.ok())
          ++won;
        else if (done.error().code == ErrorCode::version_conflict)
          ++conflicts;
      });
    }
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(won, 1);
    EXPECT_GE(conflicts, 5);
  }
  EXPECT_EQ(good(store().find_case(domain::CaseId("C1")))->version, 12U);
  expect_sound();
}

INSTANTIATE_TEST_SUITE_P(Drivers, CommitContract, ::testing::ValuesIn(kDrivers), driver_name);

}  // namespace
}  // namespace xunjie::store
