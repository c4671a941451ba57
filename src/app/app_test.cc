// The pure parts: readers, codec, templates, tokens, quiet hours, limiter.
#include <gtest/gtest.h>

#include <random>

#include "app/case_records.h"
#include "app/codec.h"
#include "app/command_body.h"
#include "app/page_query.h"
#include "app/reference_data.h"
#include "app/reminder_sender.h"
#include "app/secrets.h"
#include "app/sign_in_limiter.h"
#include "app/signed_token.h"

namespace xunjie::app {
namespace {

const UtcMicros kTen{1'772'503'200'000'000};  // 2026-03-03 10:00 in Shanghai

domain::Case full_case() {
  domain::Case one;
  one.id = domain::CaseId("C1");
  one.version = 7;
  one.state = domain::CaseState::off_site;
  one.stage = domain::PenaltyStage::filed;
  one.resume_to = domain::CaseState::accepted;
  auto& sighting = one.sighting;
  sighting.finding = domain::FindingId("F1");
  sighting.camera = domain::CameraId("cam-1");
  sighting.zone = domain::ZoneId("zone");
  sighting.violation = domain::ViolationKindId("store_overflow");
  sighting.shop = domain::ShopId("shop");
  sighting.shop_confidence = 0.1;
  sighting.subdistrict = domain::SubdistrictId("310110009");
  sighting.place_key = "shop:shop";
  sighting.address = "四平路“1”号";
  sighting.position = {121.506789, 31.283456};
  sighting.since = kTen;
  sighting.seen_at = kTen + Micros{1};
  sighting.box = {0.1, 0.2, 0.3, 1.0 / 3};
  sighting.label = "goods";
  sighting.score = 0.7;
  const domain::Seal seal{domain::CameraId("cam-1"), millis(-40), 3, true};
  sighting.pictures = {{domain::PictureRole::now, domain::BlobId("a"), domain::BlobId("b"), kTen,
                        sighting.box, seal}};
  sighting.clip = domain::Clip{domain::BlobId("c"), kTen, kTen + seconds(20), true, seal};
  one.reported_at = one.state_since = one.limit_since = kTen;
  one.last_at = kTen + Micros{3};
  one.confirmed_at = one.told_at = one.corrected_at = one.dispatched_at = one.ended_at = kTen;
  one.due = one.held_due = kTen + Micros{7};
  one.reminder_rounds = 1, one.reminders_failed = 2, one.cannot_see = 3, one.reworks = 4;
  one.returns = 5, one.extensions = 6, one.suspensions = 7, one.escalations = 8;
  one.extension_pending = one.objection_pending = one.check_on_spot = one.order_wanted = true;
  one.extension_asked = seconds(9);
  one.notified_fen = 10, one.penalty_fen = 11;
  one.handlers = {domain::UserId("x"), domain::UserId("y")};
  one.team = domain::TeamId("t");
  one.order_reference = "CY1";
  one.department = "police";
  one.merged_into = domain::CaseId("C2");
  return one;
}

TEST(Codec, ACaseSurvivesTheRoundTripWithEveryField) {
  const std::string text = text_of(full_case());
  const auto read = decode_case(text);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(text_of(*read), text);
  EXPECT_EQ(read->sighting.box, full_case().sighting.box);
  EXPECT_EQ(read->sighting.pictures, full_case().sighting.pictures);
  EXPECT_EQ(read->sighting.clip, full_case().sighting.clip);
  EXPECT_EQ(read->handlers.size(), 2u);
  EXPECT_TRUE(read->order_wanted);
}

TEST(Codec, AnEventSurvivesTheRoundTripAndAStrangeOneIsNamed) {
  domain::Event event;
  event.kind = domain::EventKind::result_submitted;
  event.actor = {domain::UserId("officer"), domain::Role::officer,
                 domain::SubdistrictId("310110009"), ""};
  event.at = kTen;
  event.due = kTen + hours(1);
  event.facts.officers = {domain::UserId("a")};
  event.facts.span = seconds(5);
  event.facts.amount_fen = 5000;
  event.sighting = full_case().sighting;
  const std::string text = text_of(event);
  const auto read = decode_event(text);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(text_of(*read), text);
  auto strange = json::parse(text).as_object();
  strange["facts"].as_object()["colour"] = "red";
  EXPECT_EQ(decode_event(json::serialize(strange)).error().field, "facts.colour");
  strange = json::parse(text).as_object();
  strange["kind"] = "vanished";
  EXPECT_EQ(decode_event(json::serialize(strange)).error().field, "kind");
}

TEST(Codec, WritesWhatBoostWouldSerialize) {
  domain::Case strange = full_case();
  strange.sighting.address = "引号\" 反斜\\ 换行\n\r\t\b\f 控制\x01\x1f 国和路 {[:";
  strange.sighting.position = {121.5, -0.0};
  strange.sighting.score = 1e-9;
  const std::string text = text_of(strange);
  EXPECT_EQ(json::serialize(json::parse(text)), text);
  EXPECT_EQ(decode_case(text)->sighting.address, strange.sighting.address);
  EXPECT_EQ(text_of(domain::Facts{}), "{}");
}

// What a car measured has all the digits of a double; the reader is not exact in the last of them.
TEST(Codec, WritesMeasuredNumbersAsTheyAreReadAgain) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> share(0, 1);
  for (int i = 0; i < 2000; ++i) {
    domain::Case measured = full_case();
    measured.sighting.position = {121.4 + share(random), 31.2 + share(random)};
    measured.sighting.position_error_m = 0.1 + 9 * share(random);
    measured.sighting.shop_confidence = share(random);
    measured.sighting.score = share(random);
    measured.sighting.box = {share(random), share(random), share(random), share(random)};
    const std::string text = text_of(measured);
    const auto read = decode_case(text);
    ASSERT_TRUE(read.ok()) << read.error().message;
    ASSERT_EQ(text_of(*read), text);
    ASSERT_NEAR(read->sighting.position.lon, measured.sighting.position.lon, 1e-12);
  }
}

TEST(JsonReader, RefusesDeepAndBrokenTexts) {
  EXPECT_FALSE(parse_json(std::string(100, '[') + std::string(100, ']')).ok());
  EXPECT_FALSE(parse_json("{\"a\":\"\xff\"}").ok());
  EXPECT_EQ(parse_json("[1,2,3]", 3).error().code, ErrorCode::too_large);
}

TEST(ReferenceData, TheShippedFilesLoadAndOverridesReachOneField) {
  const auto dir = std::filesystem::path(XUNJIE_SOURCE_DIR) / "data";
  const auto data = load_reference_data(dir);
  ASSERT_TRUE(data.ok()) << data.error().message;
  EXPECT_EQ(data->subdistricts.size(), 12u);
  for (const auto& rule : data->violations) {
    for (int round = 1; round <= rule.reminder_rounds; ++round) {
      EXPECT_NE(data->message(rule.id.value, round), nullptr) << rule.id.value << " " << round;
    }
  }
  const auto faster = load_reference_data(
      dir, R"({"violations":{"store_overflow":{"correction":{"unit":"seconds","amount":9}}}})");
  ASSERT_TRUE(faster.ok()) << faster.error().message;
  const auto* rule = faster->violation(domain::ViolationKindId("store_overflow"), kTen);
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule->correction->amount, 9);
  EXPECT_EQ(load_reference_data(dir, R"({"violations":{"juggling":{}}})").error().field,
            "overrides.violations.juggling");
  EXPECT_FALSE(load_reference_data(dir, R"({"polcy":{}})").ok());
  EXPECT_EQ(
      load_reference_data(dir, R"({"violations":{"store_overflow":{"dwell_s":-1}}})").error().field,
      "violations[0].dwell_s");
}

TEST(Reminder, TemplatesAreFilledAndStrangePlacesLeft) {
  EXPECT_EQ(fill_template("{a}:{b}{c}{", {{"a", "1"}, {"b", "{a}"}}), "1:{a}{c}{");
  EXPECT_EQ(local_time_text(kTen), "3月3日10:00");
}

TEST(Policy, QuietHoursEndInTheMorningOfTheRightDay) {
  Policy policy;
  EXPECT_EQ(after_quiet_hours(kTen, policy), kTen);
  const UtcMicros evening = kTen + hours(12), night = kTen + hours(17), morning = kTen + hours(22);
  EXPECT_EQ(after_quiet_hours(evening, policy), morning);
  EXPECT_EQ(after_quiet_hours(night, policy), morning);
  EXPECT_EQ(after_quiet_hours(morning, policy), morning);
  policy.quiet_from_minute = policy.quiet_until_minute = 0;
  EXPECT_EQ(after_quiet_hours(evening, policy), evening);
  policy.quiet_from_minute = 9 * 60;
  policy.quiet_until_minute = 12 * 60;
  EXPECT_EQ(after_quiet_hours(kTen, policy), kTen + hours(2));
}

TEST(SignedToken, OpensForItsKeyAndPurposeOnly) {
  const std::string token = sign_text("key", "merchant", {"C1", kTen});
  const auto opened = open_signed_text("key", "merchant", token);
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->subject, "C1");
  EXPECT_EQ(opened->expires, kTen);
  EXPECT_FALSE(open_signed_text("other", "merchant", token).has_value());
  EXPECT_FALSE(open_signed_text("key", "picture", token).has_value());
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto bent = token;
    bent[i] = bent[i] == 'A' ? 'Q' : 'A';
    EXPECT_FALSE(open_signed_text("key", "merchant", bent).has_value()) << i;
  }
}

TEST(Secrets, Base64AndPasswords) {
  EXPECT_EQ(from_base64("AAEC").value().size(), 3u);
  EXPECT_FALSE(from_base64("AAE").has_value());
  EXPECT_FALSE(from_base64("AA C").has_value());
  const auto hash = hash_password("secret words", true).value();
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_TRUE(verify_password("secret words", hash));
  EXPECT_FALSE(verify_password("secret word", hash));
}

TEST(Limiter, SlidesAndStaysBounded) {
  SignInLimiter limiter(2, seconds(10));
  EXPECT_TRUE(limiter.take("a", seconds(0)));
  EXPECT_TRUE(limiter.take("a", seconds(5)));
  EXPECT_FALSE(limiter.take("a", seconds(9)));
  EXPECT_TRUE(limiter.take("a", seconds(10)));
  EXPECT_FALSE(limiter.take("a", seconds(11)));
  limiter.forgive("a");
  EXPECT_TRUE(limiter.take("a", seconds(11)));
}

TEST(CommandBody, TheSameBodyIsTheSameWhateverItsOrderOrTime) {
  const std::string blob(64, 'a');
  const auto a = read_command_body(
      R"({"command_id":"12345678","version":3,"command":"note","facts":{"text":"x","pictures":[{"role":"other","blob":")" +
          blob + R"("}]}})",
      kTen);
  const auto b = read_command_body(
      R"({"facts":{"pictures":[{"blob":")" + blob +
          R"(","role":"other"}],"text":"x"},"command":"note","version":3,"command_id":"12345678"})",
      kTen + hours(1));
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(a->hash, b->hash);
  const auto c = read_command_body(
      R"({"command_id":"12345678","version":3,"command":"note","facts":{"text":"y"}})", kTen);
  EXPECT_NE(a->hash, c->hash);
}

}  // namespace
}  // namespace xunjie::app
