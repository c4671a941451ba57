// The other sides lose, repeat, delay and reorder, by seed. Whatever they do: a message reaches a
// telephone once, a case has one order, every case moves on, and the log stays sound.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "district.h"

namespace xunjie::testing {
namespace {

using ports::ReceiptStatus;

class Faults : public ::testing::TestWithParam<unsigned> {};

Fault draw(std::mt19937& random) {
  switch (random() % 5) {
    case 0:
      return Fault::lost_before;
    case 1:
      return Fault::lost_after;
    default:
      return Fault::none;
  }
}

// Receipts for some of the messages, some twice, some contradicting, in any order.
void send_receipts(District& d, std::mt19937& random) {
  std::vector<std::string> ids;
  for (const auto& [id, message] : d.messages.phones) {
    for (auto copies = random() % 3; copies > 0; --copies) ids.push_back(id);
  }
  std::shuffle(ids.begin(), ids.end(), random);
  for (const auto& id : ids) {
    const auto status = random() % 4 == 0 ? ReceiptStatus::failed : ReceiptStatus::delivered;
    EXPECT_TRUE(d.receipt(id, status).ok());
  }
}

void send_updates(District& d, std::mt19937& random) {
  for (const auto& [id, order] : d.city_operations.orders) {
    for (const char* action : {"accept", "start_on_site", "submit_result"}) {
      if (random() % 3 == 0) continue;
      const std::string update = id + "-" + action;
      for (auto copies = 1 + random() % 2; copies > 0; --copies) {
        const auto answer = d.city(action, id, update);
        const bool fine = answer.ok() || answer.error().code == ErrorCode::not_allowed_in_state;
        EXPECT_TRUE(fine) << answer.error().message;
      }
    }
  }
}

void answer_looks(District& d, std::mt19937& random) {
  auto looks = std::move(d.watcher.looks);
  d.watcher.looks.clear();
  for (const auto& look : looks) {
    if (random() % 4 == 0) continue;  // never answered
    const auto result = static_cast<ports::LookResult>(random() % 3);
    for (auto copies = 1 + random() % 2; copies > 0; --copies) {
      EXPECT_TRUE(d.parts->intake.looked({look.id, result, d.clock.now(), {}}).ok());
    }
  }
}

TEST_P(Faults, NeverLoseOrDoubleAMessageOrAnOrder) {
  std::mt19937 random(GetParam());
  District d(R"({"policy":{"messages_per_shop":{"per_day":1000,"per_week":1000}}})");
  d.messages.fault = [&random] { return draw(random); };
  d.city_operations.fault = [&random] { return draw(random); };
  std::set<domain::CaseId> cases;
  for (int round = 0; round < 24; ++round) {
    if (round % 8 == 0) {
      for (const auto& [zone, violation] :
           {std::pair{"fruit-front", "store_overflow"}, std::pair{"plaza", "street_vending"}}) {
        const auto id = d.raise(zone, violation);
        if (id.empty()) continue;  // seen again: the case before it is still open
        cases.insert(id);
        EXPECT_TRUE(d.command(id, "reviewer", "confirm").ok());
      }
    }
    if (random() % 6 == 0) d.restart();
    d.pass(seconds(static_cast<std::int64_t>(20 + random() % 900)));
    send_receipts(d, random);
    answer_looks(d, random);
    send_updates(d, random);
    d.settle();
  }

  for (const auto& id : cases) {
    std::set<std::string> orders;
    for (const auto& [number, order] : d.city_operations.orders) {
      if (order.case_id == id) orders.insert(number);
    }
    EXPECT_LE(orders.size(), 1u) << "two orders for " << id.value;
    // Told or dispatched, but never left lying.
    const auto now = d.state(id);
    EXPECT_NE(now, "reported");
    const bool told =
        d.events_of(id, "reminder_delivered") + d.events_of(id, "reminder_failed") > 0;
    EXPECT_TRUE(told || !orders.empty() || now == "self_corrected" || now == "rechecking" ||
                now == "awaiting_correction" || now == "reminding" || now == "awaiting_dispatch")
        << id.value << " in " << now;
  }
  // Every message that reached a phone belongs to a distinct decision to tell; none was sent under
  // two ids for one decision, because the id is the decision's.
  for (const auto& [message_id, message] : d.messages.phones) {
    const auto effect = d.store->find_effect(message_id).value();
    ASSERT_TRUE(effect.has_value()) << message_id;
    EXPECT_NE(effect->status, "leased");
  }
  const auto check = d.store->check();
  ASSERT_TRUE(check.ok());
  EXPECT_TRUE(check->faults.empty()) << check->faults.front();
  EXPECT_TRUE(app::rebuild_projections(*d.store, false).value().differing.empty());
}

INSTANTIATE_TEST_SUITE_P(Seeds, Faults, ::testing::Range(1u, 13u));

TEST(Outbox, AnOutcomeThatIsUnknownIsAskedForBeforeSendingAgain) {
  District d;
  const auto id = d.raise("fruit-front", "store_overflow");
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  d.messages.fault = [] { return Fault::lost_after; };
  d.settle();
  EXPECT_EQ(d.messages.sends, 1);
  EXPECT_EQ(d.messages.phones.size(), 1u);
  d.messages.fault = [] { return Fault::none; };
  d.pass(seconds(30));
  EXPECT_EQ(d.messages.sends, 1) << "the provider knew it; sending again would have been a guess";
  const auto effect = d.store->find_effect(d.newest_message()).value().value();
  EXPECT_EQ(effect.status, "done");
}

TEST(Outbox, ARefusedOrderIsParkedAndTheCaseSaysSoOnce) {
  District d;
  struct Refusing final : ports::CityOperations {
    Result<std::string> create_order(const ports::WorkOrder&) override {
      return make_error(ErrorCode::invalid_argument, "街道编码不正确");
    }
    Result<void> update_order(const ports::WorkOrder&) override { return {}; }
    Result<void> cancel_order(const std::string&, const std::string&) override { return {}; }
    Result<ports::OrderUpdate> read_update(const app::Headers&, const std::string&) override {
      return ports::OrderUpdate{};
    }
  } refusing;
  app::OutboxRunner outbox(*d.store, d.clock, d.reference, d.parts->registry, d.parts->commands,
                           d.parts->links, d.parts->pictures, {&d.messages, &refusing, &d.watcher});
  const auto id = d.raise("plaza", "street_vending");
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  while (outbox.step(d.clock.now()) > 0) {
  }
  EXPECT_EQ(d.events_of(id, "order_failed"), 1);
  const auto parked =
      boost::json::parse(d.parts->effects.list(d.person("duty_officer"), {}).value()).as_object();
  ASSERT_EQ(parked.at("items").as_array().size(), 1u);
  const auto& item = parked.at("items").as_array()[0].as_object();
  EXPECT_EQ(item.at("kind").as_string(), "create_order");
  EXPECT_NE(std::string(item.at("last_error").as_string()).find("街道编码不正确"),
            std::string::npos);
  const std::string effect(item.at("id").as_string());
  EXPECT_EQ(d.parts->effects.retry(d.person("reviewer"), effect).error().code,
            ErrorCode::forbidden);
  ASSERT_TRUE(d.parts->effects.retry(d.person("duty_officer"), effect).ok());
  d.settle();  // with a city that takes it
  EXPECT_EQ(d.city_operations.orders.size(), 1u);
}

TEST(Outbox, AnOldMessageIsNotSentOnceTheCaseHasMovedOn) {
  District d;
  d.messages.fault = [] { return Fault::lost_before; };
  const auto found = d.finding("fruit-front", "store_overflow");
  const auto id = d.raise(found);
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  d.settle();
  ASSERT_TRUE(d.parts->intake.cleared({found.id, found.camera, d.clock.now(), {}}).ok());
  d.settle();
  ASSERT_TRUE(d.answer_look(ports::LookResult::clear).ok());
  EXPECT_EQ(d.state(id), "self_corrected");
  d.messages.fault = [] { return Fault::none; };
  d.pass(minutes(20));
  EXPECT_TRUE(d.messages.phones.empty());
}

TEST(Receipts, DeliveredWinsOverFailedAndEachCountsOnce) {
  District d;
  const auto id = d.raise("fruit-front", "store_overflow");
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  d.settle();
  const auto message = d.newest_message();
  ASSERT_TRUE(d.receipt(message, ReceiptStatus::delivered).ok());
  EXPECT_EQ(d.receipt(message, ReceiptStatus::delivered).value(),
            R"({"applied":false,"repeated":true})");
  EXPECT_EQ(d.receipt(message, ReceiptStatus::failed).value(),
            R"({"applied":false,"repeated":true})");
  EXPECT_EQ(d.events_of(id, "reminder_delivered"), 1);
  EXPECT_EQ(d.events_of(id, "reminder_failed"), 0);
  EXPECT_EQ(d.receipt("nobody-knows-1", ReceiptStatus::delivered).value(),
            R"({"applied":false,"repeated":false})");
}

TEST(Receipts, OneThatStaysOutIsAskedForAndCounts) {
  District d;
  const auto id = d.raise("fruit-front", "store_overflow");
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  d.settle();
  d.messages.fate[d.newest_message()] = ReceiptStatus::delivered;
  d.pass(minutes(6));
  EXPECT_EQ(d.state(id), "awaiting_correction");
}

}  // namespace
}  // namespace xunjie::testing
