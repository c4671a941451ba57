#include "watch/candidates.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace xunjie::watch {
namespace {

const UtcMicros kStart{1'767'225'600'000'000};

ports::Zone zone() {
  ports::Zone out;
  out.id = domain::ZoneId("z");
  out.watch = {{domain::ViolationKindId("store_overflow"), seconds(60)},
               {domain::ViolationKindId("hanging_laundry"), minutes(30)}};
  return out;
}

Matured thing(int x = 4, std::size_t in_zone = 0) {
  Matured out;
  out.cells = cv::Mat::zeros(20, 30, CV_8U);
  out.cells(cv::Rect(x, 5, 5, 5)).setTo(255);
  out.zone = in_zone;
  out.box = {x / 30.0, 0.25, 5 / 30.0, 0.25};
  out.since = kStart;
  out.score = 0.7;
  return out;
}

Recognition word(Recognised kind, const char* violation = "", const char* label = "") {
  Recognition out;
  out.kind = kind;
  out.label = label;
  out.score = 0.9;
  if (*violation != 0) out.violations.emplace_back(violation);
  return out;
}

class Book : public testing::Test {
 protected:
  UtcMicros after(Micros span) { return kStart + span; }
  std::uint64_t asked(UtcMicros at) {
    const auto candidate = book_.offer(thing(), at);
    EXPECT_TRUE(candidate.has_value());
    return candidate ? candidate->number : 0;
  }
  CandidateBook book_;
};

TEST_F(Book, AsksOnceAndAgainOnlyWhenNobodyAnswers) {
  asked(after(seconds(60)));
  EXPECT_FALSE(book_.offer(thing(), after(seconds(65))));
  EXPECT_TRUE(book_.offer(thing(), after(seconds(91))));
}

TEST_F(Book, ARecognisedKindTheZoneWatchesNamesTheFinding) {
  const auto number = asked(after(seconds(60)));
  const auto decided = book_.answer(number, word(Recognised::violation, "store_overflow", "goods"),
                                    zone(), after(seconds(60)));
  ASSERT_TRUE(decided);
  EXPECT_EQ(decided->naming.violation.value, "store_overflow");
  EXPECT_EQ(decided->naming.label, "goods");
  EXPECT_DOUBLE_EQ(decided->naming.score, 0.9);
  EXPECT_FALSE(book_.answer(number, word(Recognised::nothing), zone(), after(seconds(61))));
}

TEST_F(Book, AKindWithALongerDwellIsAskedAgainWhenThatIsOver) {
  const auto number = asked(after(seconds(60)));
  const auto laundry = word(Recognised::violation, "hanging_laundry", "laundry");
  EXPECT_FALSE(book_.answer(number, laundry, zone(), after(seconds(60))));
  EXPECT_FALSE(book_.offer(thing(), after(minutes(29))));
  const auto again = book_.offer(thing(), after(minutes(30)));
  ASSERT_TRUE(again);
  const auto decided = book_.answer(again->number, laundry, zone(), after(minutes(30)));
  ASSERT_TRUE(decided);
  EXPECT_EQ(decided->naming.violation.value, "hanging_laundry");
}

TEST_F(Book, WhatMayStandThereIsAskedAgainLaterAndLater) {
  UtcMicros at = after(seconds(60));
  Micros pause = seconds(60);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(book_.answer(asked(at), word(Recognised::ignored), zone(), at));
    EXPECT_FALSE(book_.offer(thing(), at + pause - seconds(1)));
    cv::Mat settled = cv::Mat::zeros(20, 30, CV_8U);
    book_.add_settled(settled, at);
    EXPECT_EQ(cv::countNonZero(settled), 25);
    at = at + pause;
    pause = pause * 2;
  }
  EXPECT_TRUE(book_.offer(thing(), at));
}

TEST_F(Book, NothingRecognisedIsTheZonesRuleUnlessTheModelMustKnowIt) {
  const UtcMicros at = after(seconds(60));
  const auto decided = book_.answer(asked(at), word(Recognised::nothing), zone(), at);
  ASSERT_TRUE(decided);
  EXPECT_EQ(decided->naming.label, "object");
  EXPECT_EQ(decided->naming.violation.value, "store_overflow");
  EXPECT_DOUBLE_EQ(decided->naming.score, 0.7);
  Recognition strict = word(Recognised::nothing);
  strict.require_class = true;
  EXPECT_FALSE(book_.answer(asked(at), strict, zone(), at));
}

TEST_F(Book, AKindTheZoneDoesNotWatchIsTheRulesOrIgnoredAsTheModelSays) {
  const UtcMicros at = after(seconds(60));
  Recognition bike = word(Recognised::violation, "bike_parking", "bike");
  const auto decided = book_.answer(asked(at), bike, zone(), at);
  ASSERT_TRUE(decided);
  EXPECT_EQ(decided->naming.label, "bike");
  EXPECT_EQ(decided->naming.violation.value, "store_overflow");
  bike.ignored_elsewhere = true;
  EXPECT_FALSE(book_.answer(asked(at), bike, zone(), at));
}

TEST_F(Book, ADetectorThatFailsThreeTimesLeavesItToTheRule) {
  UtcMicros at = after(seconds(60));
  for (int i = 1; i < CandidateBook::kMostTries; ++i) {
    EXPECT_FALSE(book_.answer(asked(at), {}, zone(), at));
    at = at + seconds(2);
  }
  const auto decided = book_.answer(asked(at), {}, zone(), at);
  ASSERT_TRUE(decided);
  EXPECT_EQ(decided->naming.label, "object");
}

TEST_F(Book, HoldsABoundedNumberAndForgetsTheOneNotSeenForLongest) {
  const UtcMicros at = after(seconds(60));
  const auto first = book_.offer(thing(0, 0), at);
  for (std::size_t i = 1; i < CandidateBook::kMostCandidates; ++i)
    EXPECT_TRUE(book_.offer(thing(0, i), at + seconds(1)));
  EXPECT_TRUE(book_.zone_of(first->number));
  EXPECT_TRUE(book_.offer(thing(0, 99), at + seconds(2)));
  EXPECT_FALSE(book_.zone_of(first->number));
}

}  // namespace
}  // namespace xunjie::watch
