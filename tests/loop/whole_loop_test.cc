#include <gtest/gtest.h>

#include "district.h"

namespace xunjie::testing {
namespace {

using ports::LookResult;
using ports::ReceiptStatus;

TEST(WholeLoop, ToldAndPutRightEndsAsSelfCorrected) {
  District d;
  const auto id = d.raise("fruit-front", "store_overflow");
  EXPECT_EQ(d.state(id), "reported");
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  EXPECT_EQ(d.state(id), "reminding");
  d.settle();
  ASSERT_EQ(d.messages.phones.size(), 1u);
  const auto& message = d.messages.phones.begin()->second;
  EXPECT_EQ(message.phone, "13800001111");
  EXPECT_NE(message.text.find("老王水果"), std::string::npos) << message.text;
  EXPECT_NE(message.text.find("跨门经营"), std::string::npos) << message.text;
  EXPECT_NE(message.text.find("https://xunjie.example/m/"), std::string::npos) << message.text;
  EXPECT_EQ(message.text.find('{'), std::string::npos) << message.text;

  ASSERT_TRUE(d.receipt(message.id, ReceiptStatus::delivered).ok());
  EXPECT_EQ(d.state(id), "awaiting_correction");
  d.pass(minutes(31));
  EXPECT_EQ(d.state(id), "rechecking");
  ASSERT_EQ(d.watcher.looks.size(), 1u);
  ASSERT_TRUE(d.answer_look(LookResult::clear).ok());
  const auto detail = d.detail(id);
  EXPECT_EQ(detail.at("state").as_string(), "self_corrected");
  ASSERT_EQ(detail.at("reminders").as_array().size(), 1u);
  EXPECT_EQ(detail.at("reminders").as_array()[0].at("status").as_string(), "delivered");
  EXPECT_TRUE(detail.at("allowed").as_array().empty());
}

TEST(WholeLoop, StillThereIsDispatchedHandledVerifiedAndClosed) {
  District d;
  const auto id = d.raise("plaza", "street_vending");
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  EXPECT_EQ(d.state(id), "awaiting_dispatch");
  EXPECT_TRUE(d.detail(id).at("shop").is_null());
  d.settle();
  EXPECT_EQ(d.state(id), "dispatched");
  ASSERT_EQ(d.city_operations.orders.size(), 1u);
  const auto order = d.city_operations.orders.begin()->second;
  EXPECT_EQ(order.team, "team-siping");
  EXPECT_EQ(order.violation_zh, "占道设摊");
  ASSERT_EQ(order.picture_urls.size(), 1u);
  const auto url = order.picture_urls[0];
  const auto blob = d.parts->pictures.open(url.substr(url.rfind('/') + 1));
  ASSERT_TRUE(blob.ok());
  while (d.parts->copies.step(app::CopyDesk::Lane::pictures)) {
  }
  const auto copy = d.parts->blob_access.read_linked(*blob);
  ASSERT_TRUE(copy.ok());
  EXPECT_FALSE(copy->preparing);

  ASSERT_TRUE(d.city("accept", order.id).ok());
  ASSERT_TRUE(d.city("start_on_site", order.id).ok());
  ASSERT_TRUE(d.city("submit_result", order.id).ok());
  EXPECT_EQ(d.state(id), "awaiting_verification");
  ASSERT_TRUE(d.command(id, "reviewer", "pass_verification").ok());
  EXPECT_EQ(d.state(id), "closed");
  EXPECT_TRUE(d.messages.phones.empty());
}

TEST(WholeLoop, AReworkGoesBackUnderTheSameOrder) {
  District d;
  const auto id = d.raise("plaza", "street_vending");
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  d.settle();
  const auto order = d.newest_order();
  const int first_revision = d.city_operations.orders.at(order).revision;
  for (const char* action : {"accept", "start_on_site", "submit_result"}) {
    ASSERT_TRUE(d.city(action, order).ok()) << action;
  }
  ASSERT_TRUE(d.command(id, "reviewer", "fail_verification", R"({"reason":"仍有残留"})").ok());
  d.settle();
  EXPECT_EQ(d.city_operations.orders.size(), 1u);
  EXPECT_GT(d.city_operations.orders.at(order).revision, first_revision);
  EXPECT_EQ(d.state(id), "accepted");
}

TEST(WholeLoop, AReturnedOrderIsReplacedAndTheOldOneNoLongerMovesTheCase) {
  District d;
  const auto id = d.raise("plaza", "street_vending");
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  d.settle();
  const auto old_order = d.newest_order();
  ASSERT_TRUE(d.city("return_order", old_order).ok());
  EXPECT_EQ(d.state(id), "awaiting_dispatch");
  ASSERT_TRUE(d.command(id, "duty_officer", "reroute", R"({"team":"team-siping"})").ok());
  d.settle();
  EXPECT_EQ(d.city_operations.orders.size(), 2u);
  EXPECT_EQ(d.state(id), "dispatched");
  const auto late = d.city("accept", old_order);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, ErrorCode::not_allowed_in_state);
}

TEST(WholeLoop, TheMerchantsPageClaimsAndObjects) {
  District d;
  const auto id = d.raise("fruit-front", "store_overflow");
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  d.settle();
  const auto token = d.newest_link();
  auto& links = d.parts->links;
  auto page = boost::json::parse(links.page(token).value()).as_object();
  EXPECT_EQ(page.at("shop").as_string(), "老王水果");
  EXPECT_TRUE(page.at("can_claim").as_bool());
  EXPECT_TRUE(links.picture(token).ok());

  const std::string claim = R"({"command_id":"merchant-claim-1"})";
  ASSERT_TRUE(links.claim(token, claim).ok());
  ASSERT_TRUE(links.claim(token, claim).ok()) << "a repetition gets the page again";
  EXPECT_EQ(d.state(id), "rechecking");
  EXPECT_EQ(d.events_of(id, "correction_claimed"), 1);
  EXPECT_FALSE(links.object(token, R"({"command_id":"merchant-object-1"})").ok());
  ASSERT_TRUE(
      links.object(token, R"({"command_id":"merchant-object-2","reason":"这是邻居的"})").ok());
  EXPECT_TRUE(d.detail(id).at("objection_pending").as_bool());

  auto forged = token;
  forged[3] = forged[3] == 'A' ? 'B' : 'A';
  EXPECT_EQ(links.page(forged).error().code, ErrorCode::not_found);
  d.clock.advance(days(8));
  page = boost::json::parse(links.page(token).value()).as_object();
  EXPECT_TRUE(page.at("expired").as_bool());
  EXPECT_FALSE(page.at("can_claim").as_bool());
  EXPECT_FALSE(links.picture(token).ok());
  EXPECT_FALSE(links.claim(token, R"({"command_id":"merchant-claim-2"})").ok());
}

TEST(WholeLoop, AnAnswerBySmsClaimsAndOtherWordsBecomeANote) {
  District d;
  const auto id = d.raise("fruit-front", "store_overflow");
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  d.settle();
  d.messages.inbound = {"in-1", "13800001111", "马上收", d.clock.now()};
  ASSERT_TRUE(d.parts->callbacks.sms_inbound({}, "").ok());
  EXPECT_EQ(d.events_of(id, "noted"), 1);
  d.messages.inbound = {"in-2", "13800001111", " 已整改 ", d.clock.now()};
  ASSERT_TRUE(d.parts->callbacks.sms_inbound({}, "").ok());
  ASSERT_TRUE(d.parts->callbacks.sms_inbound({}, "").ok());
  EXPECT_EQ(d.events_of(id, "correction_claimed"), 1);
  EXPECT_EQ(d.state(id), "rechecking");
  d.messages.inbound = {"in-3", "13999999999", "1", d.clock.now()};
  EXPECT_EQ(d.parts->callbacks.sms_inbound({}, "").value(),
            R"({"applied":false,"repeated":false})");
}

TEST(WholeLoop, TheSameFindingAgainChangesNothingAndAnotherIsSeenAgain) {
  District d;
  const auto found = d.finding("fruit-front", "store_overflow");
  const auto id = d.raise(found);
  EXPECT_EQ(d.raise(found), id);
  EXPECT_EQ(d.version(id), 1u);
  ASSERT_TRUE(d.parts->intake.raised(d.finding("fruit-front", "store_overflow")).ok());
  EXPECT_EQ(d.events_of(id, "seen_again"), 1);
  ports::CaseFilter all;
  EXPECT_EQ(d.store->count_cases(all).value(), 1);
}

TEST(WholeLoop, ARejectedFindingIsDismissedAtTheWatcher) {
  District d;
  const auto found = d.finding("fruit-front", "store_overflow");
  const auto id = d.raise(found);
  ASSERT_TRUE(d.command(id, "reviewer", "reject", R"({"reason":"不是违法"})").ok());
  d.settle();
  ASSERT_EQ(d.watcher.dismissed.size(), 1u);
  EXPECT_EQ(d.watcher.dismissed[0], found.id);
  EXPECT_TRUE(d.parts->intake.cleared({found.id, found.camera, d.clock.now(), {}}).ok());
  EXPECT_EQ(d.state(id), "rejected");
}

TEST(WholeLoop, NobodyIsToldInQuietHours) {
  District d;
  d.clock.advance(hours(12));  // 22:00
  const auto id = d.raise("fruit-front", "store_overflow");
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  for (int i = 0; i < 9; ++i) d.pass(hours(1));  // until 07:00
  EXPECT_TRUE(d.messages.phones.empty());
  EXPECT_EQ(d.state(id), "reminding") << "a message that waits for the morning has not failed";
  d.pass(minutes(61));
  EXPECT_EQ(d.messages.phones.size(), 1u);
}

TEST(WholeLoop, AShopIsNotToldMoreOftenThanItsCap) {
  District d(R"({"policy":{"messages_per_shop":{"per_day":1}}})");
  const auto first = d.raise("fruit-front", "store_overflow");
  ASSERT_TRUE(d.command(first, "reviewer", "confirm").ok());
  d.settle();
  ASSERT_TRUE(d.receipt(d.newest_message(), ReceiptStatus::delivered).ok());
  d.pass(minutes(31));
  ASSERT_TRUE(d.answer_look(LookResult::clear).ok());
  const auto second = d.raise("fruit-front", "store_overflow");
  ASSERT_TRUE(d.command(second, "reviewer", "confirm").ok());
  for (int i = 0; i < 10; ++i) d.pass(minutes(6));
  EXPECT_EQ(d.messages.phones.size(), 1u);
  EXPECT_EQ(d.state(second), "dispatched");
}

TEST(WholeLoop, AClockSteppedBackAnHourWritesNoLogThatRunsBackwards) {
  District d;
  const auto id = d.raise("fruit-front", "store_overflow");
  d.clock.step_back(hours(1));
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  d.settle();
  const auto events = d.store->events_of(id).value();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_LE(events[0].at, events[1].at);
  EXPECT_TRUE(d.store->check().value().faults.empty());
}

TEST(WholeLoop, RowsAreTheFoldOfTheirEvents) {
  District d;
  const auto told = d.raise("fruit-front", "store_overflow");
  ASSERT_TRUE(d.command(told, "reviewer", "confirm").ok());
  const auto sent = d.raise("plaza", "street_vending");
  ASSERT_TRUE(d.command(sent, "reviewer", "confirm").ok());
  d.settle();
  for (const char* action : {"accept", "start_on_site", "submit_result"}) {
    ASSERT_TRUE(d.city(action, d.newest_order()).ok());
  }
  const auto report = app::rebuild_projections(*d.store, false);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->cases, 2);
  EXPECT_TRUE(report->differing.empty());
  auto row = d.store->find_case(told).value().value();
  row.state = "closed";
  ASSERT_TRUE(d.store->replace_row(row).ok());
  const auto repaired = app::rebuild_projections(*d.store, true);
  EXPECT_EQ(repaired->differing, std::vector<std::string>{told.value});
  EXPECT_EQ(repaired->hash_after, report->hash_before);
}

}  // namespace
}  // namespace xunjie::testing
