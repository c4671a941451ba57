// What bad input, outdated versions and missing rights get.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "district.h"

namespace xunjie::testing {
namespace {

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Error refused(const Result<app::ExecuteReply>& result) {
  EXPECT_FALSE(result.ok());
  return result.ok() ? Error{} : result.error();
}

Result<app::ExecuteReply> send(District& d, const domain::CaseId& id, const std::string& body) {
  return d.parts->commands.execute({d.person("reviewer"), id, body});
}

TEST(Commands, TheSameIdGetsTheSameReplyAndAnotherBodyIsRefused) {
  District d;
  const auto id = d.raise("fruit-front", "store_overflow");
  const std::string body = R"({"command_id":"command-a1","version":1,"command":"confirm"})";
  const auto first = send(d, id, body);
  ASSERT_TRUE(first.ok()) << first.error().message;
  d.settle();
  const auto again = send(d, id, R"({"command":"confirm","version":1,"command_id":"command-a1"})");
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->reply_json, first->reply_json);
  EXPECT_EQ(d.events_of(id, "confirmed"), 1);
  const auto other = send(d, id, R"({"command_id":"command-a1","version":2,"command":"confirm"})");
  EXPECT_EQ(refused(other).code, ErrorCode::command_reused);
}

TEST(Commands, AnOutdatedVersionIsToldTheCurrentOne) {
  District d;
  const auto id = d.raise("fruit-front", "store_overflow");
  ASSERT_TRUE(d.command(id, "reviewer", "confirm").ok());
  const auto late = send(d, id, R"({"command_id":"command-b1","version":1,"command":"confirm"})");
  EXPECT_EQ(refused(late).code, ErrorCode::version_conflict);
  EXPECT_EQ(late.error().detail, "2");
}

TEST(Commands, WrongFieldsAreNamed) {
  District d;
  const auto id = d.raise("fruit-front", "store_overflow");
  const auto field_of = [&](const std::string& body) { return refused(send(d, id, body)).field; };
  EXPECT_EQ(field_of(R"({"command_id":"short","version":1,"command":"confirm"})"), "command_id");
  EXPECT_EQ(field_of(R"({"command_id":"command-c1","version":"1","command":"confirm"})"),
            "version");
  EXPECT_EQ(field_of(R"({"command_id":"command-c1","version":1,"command":"explode"})"), "command");
  EXPECT_EQ(field_of(R"({"command_id":"command-c1","version":1,"command":"confirm","x":1})"), "x");
  EXPECT_EQ(
      field_of(R"({"command_id":"command-c1","version":1,"command":"confirm","facts":{"why":1}})"),
      "facts.why");
  EXPECT_EQ(field_of(R"({"command_id":"command-c1","version":1,"command":"reject"})"),
            "facts.reason");
  EXPECT_EQ(
      field_of(
          R"({"command_id":"command-c1","version":1,"command":"merge","facts":{"into":"C1"}})"),
      "facts.into");
  EXPECT_EQ(refused(send(d, id, "[1]")).code, ErrorCode::invalid_argument);
  EXPECT_EQ(refused(send(d, id, "{")).code, ErrorCode::invalid_argument);
  EXPECT_EQ(d.version(id), 1u);
}

TEST(Commands, StateRoleAndScopeAreJudged) {
  District d;
  const auto id = d.raise("fruit-front", "store_overflow");
  EXPECT_EQ(refused(d.command(id, "reviewer", "pass_verification")).code,
            ErrorCode::not_allowed_in_state);
  EXPECT_EQ(refused(d.command(id, "caller", "confirm")).code, ErrorCode::forbidden);
  EXPECT_EQ(refused(d.command(id, "data_steward", "confirm")).code, ErrorCode::not_found)
      << "who may not read cases does not learn that it exists";
  auto stranger = d.person("reviewer");
  stranger.subdistrict = domain::SubdistrictId("310110001");
  const auto elsewhere = d.parts->commands.execute(
      {stranger, id, R"({"command_id":"command-d1","version":1,"command":"confirm"})"});
  EXPECT_EQ(refused(elsewhere).code, ErrorCode::not_found);
  EXPECT_EQ(d.parts->queries.detail(stranger, id).error().code, ErrorCode::not_found);
  const auto list = json::parse(d.parts->queries.list(stranger, {}).value()).as_object();
  EXPECT_EQ(list.at("items").as_array().size(), 0u);
}

TEST(Queries, ListReviewFunnelAndMapSpeakOfTheSameCases) {
  District d;
  const auto id = d.raise("fruit-front", "store_overflow");
  d.clock.advance(seconds(1));
  d.raise("plaza", "street_vending");
  auto& queries = d.parts->queries;
  const auto reviewer = d.person("reviewer");
  const auto list = json::parse(queries.list(reviewer, {{"order", "oldest"}}).value()).as_object();
  ASSERT_EQ(list.at("items").as_array().size(), 2u);
  EXPECT_EQ(list.at("total").as_int64(), 2);
  const auto& first = list.at("items").as_array()[0].as_object();
  EXPECT_EQ(first.at("id").as_string(), id.value);
  EXPECT_EQ(first.at("shop").at("name").as_string(), "老王水果");
  EXPECT_EQ(first.at("violation_zh").as_string(), "跨门经营");
  const auto review = json::parse(queries.review(reviewer, {{"limit", "1"}}).value()).as_object();
  ASSERT_EQ(review.at("items").as_array().size(), 1u);
  EXPECT_FALSE(review.at("next_cursor").is_null());
  EXPECT_FALSE(review.at("items").as_array()[0].at("allowed").as_array().empty());
  const auto map =
      json::parse(queries.map_points(reviewer, {{"open", "true"}}).value()).as_object();
  EXPECT_EQ(map.at("items").as_array().size(), 2u);
  const auto funnel =
      json::parse(queries.funnel(reviewer, {{"day", "2026-03-03"}}).value()).as_object();
  EXPECT_EQ(funnel.at("found").as_int64(), 2);
  EXPECT_EQ(funnel.at("by_subdistrict").as_array().size(), 12u);
  EXPECT_EQ(queries.list(reviewer, {{"colour", "red"}}).error().field, "colour");
  EXPECT_EQ(queries.list(reviewer, {{"limit", "999"}}).error().field, "limit");
  EXPECT_EQ(queries.list(reviewer, {{"state", "lost"}}).error().field, "state");
  EXPECT_EQ(queries.funnel(reviewer, {{"day", "2026-02-30"}}).error().field, "day");
  const ports::Change change{1, "case", id.value, 1, d.clock.now()};
  EXPECT_TRUE(queries.stream_item(reviewer, change).has_value());
  EXPECT_FALSE(queries.stream_item(d.person("data_steward"), change).has_value());
}

TEST(Blobs, OnlyPicturesAreTakenIn) {
  District d;
  const std::string text = "not a picture";
  EXPECT_FALSE(d.parts->blob_access
                   .upload(d.person("reviewer"), std::as_bytes(std::span(text.data(), text.size())))
                   .ok());
}

TEST(Registry, RefusesByNameAndWritesNothing) {
  District d;
  auto& registry = d.parts->registry;
  auto& accounts = d.parts->accounts;
  const auto field_of = [&](const std::string& text) {
    const auto result = registry.import(text, accounts);
    EXPECT_FALSE(result.ok());
    return result.ok() ? std::string() : result.error().field;
  };
  const std::string shop =
      R"({"id":"shop-new","name":"新店","address":"四平路1号","subdistrict":"310110009","position":{"lon":121.5,"lat":31.2}})";
  EXPECT_EQ(field_of(R"({"shops":[)" + shop + R"(],"users":[{"login":"x1","role":"king"}]})"),
            "users[0].role");
  EXPECT_EQ(field_of(R"({"shops":[)" + shop + "," + shop + "]}"), "shops[1].id");
  EXPECT_EQ(field_of(R"({"shops":[{"id":"Shop"}]})"), "shops[0].id");
  EXPECT_EQ(field_of(R"({"teams":[{"id":"t","name":"t","subdistrict":"999"}]})"),
            "teams[0].subdistrict");
  EXPECT_EQ(d.store->find_entity("shop", "shop-new").value(), std::nullopt);

  const auto admin = d.person("admin");
  const std::string zone =
      R"({"id":"z","kind":"pavement","polygon":[[0,0],[1,0],[1,1]],"watch":[{"violation":"juggling","dwell_s":5}]})";
  const std::string head =
      R"({"id":"cam-2","version":0,"name":"二号","kind":"dome","source":"tcp://127.0.0.1:2","subdistrict":"310110009","position":{"lon":121.5,"lat":31.2},"zones":[)";
  EXPECT_EQ(registry.put_camera(admin, "cam-2", head + zone + "]}").error().field,
            "zones[0].watch[0].violation");
  EXPECT_EQ(registry.put_camera(admin, "cam-3", head + "]}").error().field, "id");
  EXPECT_EQ(registry.put_camera(d.person("reviewer"), "cam-2", head + "]}").error().code,
            ErrorCode::forbidden);
  ASSERT_TRUE(registry.put_camera(admin, "cam-2", head + "]}").ok());
  EXPECT_TRUE(d.watcher.cameras.contains(domain::CameraId("cam-2")));
  EXPECT_EQ(registry.put_camera(admin, "cam-2", head + "]}").error().code,
            ErrorCode::version_conflict);
  ASSERT_TRUE(registry.remove_camera(admin, "cam-2").ok());
  EXPECT_FALSE(d.watcher.cameras.contains(domain::CameraId("cam-2")));
}

TEST(Registry, PhonesAreMaskedAndSourcesHiddenWithoutNeed) {
  District d;
  const auto shop = d.parts->registry.shop(d.person("reviewer"), "shop-fruit").value();
  EXPECT_EQ(shop.find("13800001111"), std::string::npos);
  EXPECT_NE(d.parts->registry.shop(d.person("caller"), "shop-fruit").value().find("13800001111"),
            std::string::npos);
  EXPECT_EQ(d.parts->registry.camera(d.person("reviewer"), "cam-1").value().find("tcp://"),
            std::string::npos);
}

TEST(Accounts, SessionsAreOpenedBoundedAndEnded) {
  District d;
  auto& accounts = d.parts->accounts;
  const std::string right = R"({"login":"reviewer","password":"correct horse"})";
  const auto first = accounts.sign_in(right, "10.0.0.1");
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(accounts.find_session(first->token).value().principal.name, "李审核");
  EXPECT_THAT(accounts.session_json(first->session),
              AllOf(HasSubstr(R"("review_queue")"), Not(HasSubstr(R"("read_audit")"))))
      << "what a screen goes by";
  EXPECT_TRUE(app::Accounts::csrf_matches(first->session, first->session.csrf));
  EXPECT_FALSE(app::Accounts::csrf_matches(first->session, ""));
  EXPECT_FALSE(accounts.find_session(first->token + "x").ok());
  for (int i = 0; i < app::Accounts::kSessionsPerUser; ++i) {
    d.clock.advance(seconds(1));
    ASSERT_TRUE(accounts.sign_in(right, "10.0.0.1").ok());
  }
  EXPECT_FALSE(accounts.find_session(first->token).ok()) << "the oldest goes";
  const auto last = accounts.sign_in(right, "10.0.0.1");
  accounts.sign_out(last->token);
  EXPECT_FALSE(accounts.find_session(last->token).ok());
  const auto idle = accounts.sign_in(right, "10.0.0.1");
  d.clock.advance(hours(9));
  EXPECT_FALSE(accounts.find_session(idle->token).ok());
}

TEST(Accounts, GuessingIsSlowedDown) {
  District d;
  auto& accounts = d.parts->accounts;
  const std::string guess = R"({"login":"duty","password":"wrong guess"})";
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(accounts.sign_in(guess, "10.0.0.2").error().code, ErrorCode::unauthenticated);
  }
  EXPECT_EQ(accounts.sign_in(guess, "10.0.0.3").error().code, ErrorCode::rate_limited);
  EXPECT_TRUE(
      accounts.sign_in(R"({"login":"reviewer","password":"correct horse"})", "10.0.0.3").ok());
  d.clock.advance(minutes(6));
  EXPECT_TRUE(accounts.sign_in(R"({"login":"duty","password":"correct horse"})", "10.0.0.2").ok());
}

}  // namespace
}  // namespace xunjie::testing
