#include "domain/device_review.h"

#include <gtest/gtest.h>

namespace xunjie::domain {
namespace {

UtcMicros noon(int year, int month, int day) {
  return local_midnight({year, month, day}) + hours(12);
}

ReviewVerdict verdict(bool passed, UtcMicros at) {
  return {passed, "已核对", at, UserId("u1"), "审核员"};
}

// Published and valid for 2026, both reviews passed on 2026-01-10.
DeviceReview sound() {
  DeviceReview review;
  review.device = "球机 A1";
  review.published_on = {2026, 1, 5};
  review.valid_from = {2026, 1, 1};
  review.valid_until = {2026, 12, 31};
  review.technical = verdict(true, noon(2026, 1, 10));
  review.legal = verdict(true, noon(2026, 1, 10));
  return review;
}

ReviewStanding stand(const DeviceReview& review, UtcMicros at) {
  return standing_of(review, at, at);
}

TEST(DeviceReview, IsValidFromTheSecondVerdictToTheEndOfTheLastLocalDay) {
  const auto review = sound();
  EXPECT_EQ(stand(review, noon(2026, 1, 9)), ReviewStanding::technical_pending);
  EXPECT_EQ(stand(review, noon(2026, 1, 10)), ReviewStanding::valid);
  EXPECT_EQ(stand(review, local_midnight({2027, 1, 1}) - Micros{1}), ReviewStanding::valid);
  EXPECT_EQ(stand(review, local_midnight({2027, 1, 1})), ReviewStanding::expired);
}

TEST(DeviceReview, NeedsBothVerdictsPublicationAndItsFirstDay) {
  auto review = sound();
  review.legal.reset();
  EXPECT_EQ(stand(review, noon(2026, 6, 1)), ReviewStanding::legal_pending);
  review.legal = verdict(false, noon(2026, 2, 1));
  EXPECT_EQ(stand(review, noon(2026, 6, 1)), ReviewStanding::failed);
  review = sound();
  review.published_on = {2026, 6, 2};
  EXPECT_EQ(stand(review, noon(2026, 6, 1)), ReviewStanding::unpublished);
  EXPECT_EQ(stand(review, noon(2026, 6, 2)), ReviewStanding::valid);
  review = sound();
  review.valid_from = {2026, 6, 2};
  EXPECT_EQ(stand(review, noon(2026, 6, 1)), ReviewStanding::not_yet_valid);
}

TEST(DeviceReview, ALaterVerdictDoesNotReachBackButARevocationDoes) {
  auto review = sound();
  review.technical = review.legal = verdict(true, noon(2026, 5, 1));
  const auto seen = noon(2026, 4, 1), now = noon(2026, 6, 1);
  EXPECT_EQ(standing_of(review, seen, now), ReviewStanding::technical_pending);
  review = sound();
  EXPECT_EQ(standing_of(review, seen, now), ReviewStanding::valid);
  review.revoked = verdict(false, noon(2026, 5, 15));
  EXPECT_EQ(standing_of(review, seen, now), ReviewStanding::revoked);
  EXPECT_EQ(standing_of(review, seen, noon(2026, 5, 1)), ReviewStanding::valid);
}

TEST(DeviceReview, AnOldRecordStillHoldsWhileItsSuccessorIsReviewed) {
  auto next = sound();
  next.technical.reset();
  next.legal.reset();
  std::vector<DeviceReview> reviews{sound(), next};
  const auto now = noon(2026, 11, 1);
  EXPECT_EQ(standing_of(reviews, now, now), ReviewStanding::valid);
  const auto later = noon(2027, 2, 1);
  EXPECT_EQ(standing_of(reviews, later, later), ReviewStanding::technical_pending);
  EXPECT_EQ(standing_of(std::span<const DeviceReview>{}, now, now), ReviewStanding::none);
}

TEST(DeviceReview, SaysHowLongItHoldsWithoutAGap) {
  auto next = sound();
  next.valid_from = {2027, 1, 1};
  next.valid_until = {2027, 12, 31};
  const auto now = noon(2026, 11, 1);
  std::vector<DeviceReview> reviews{sound()};
  EXPECT_EQ(valid_until(reviews, now), (CivilDay{2026, 12, 31}));
  reviews.push_back(next);
  EXPECT_EQ(valid_until(reviews, now), (CivilDay{2027, 12, 31}));
  reviews.back().valid_from = {2027, 1, 2};
  EXPECT_EQ(valid_until(reviews, now), (CivilDay{2026, 12, 31}));
  EXPECT_EQ(valid_until(reviews, noon(2028, 1, 1)), std::nullopt);
}

TEST(DeviceReview, IsJudgedOnceInOrder) {
  std::vector<DeviceReview> reviews;
  const auto now = noon(2026, 3, 1);
  EXPECT_EQ(judge(reviews, ReviewPart::technical, verdict(true, now)).error().code,
            ErrorCode::not_allowed_in_state);
  auto fresh = sound();
  fresh.technical.reset();
  fresh.legal.reset();
  ASSERT_TRUE(register_review(reviews, fresh).ok());
  EXPECT_FALSE(judge(reviews, ReviewPart::legal, verdict(true, now)).ok());
  ASSERT_TRUE(judge(reviews, ReviewPart::technical, verdict(true, now)).ok());
  EXPECT_FALSE(judge(reviews, ReviewPart::technical, verdict(false, now)).ok());
  ASSERT_TRUE(judge(reviews, ReviewPart::legal, verdict(true, now)).ok());
  EXPECT_FALSE(judge(reviews, ReviewPart::revoke, verdict(true, now)).ok());
  ASSERT_TRUE(judge(reviews, ReviewPart::revoke, verdict(false, now)).ok());
  EXPECT_FALSE(judge(reviews, ReviewPart::legal, verdict(true, now)).ok());
}

TEST(DeviceReview, AnUnjudgedRecordIsReplacedAJudgedOneKept) {
  std::vector<DeviceReview> reviews;
  auto fresh = sound();
  fresh.technical.reset();
  fresh.legal.reset();
  ASSERT_TRUE(register_review(reviews, fresh).ok());
  ASSERT_TRUE(register_review(reviews, fresh).ok());
  EXPECT_EQ(reviews.size(), 1u);
  ASSERT_TRUE(judge(reviews, ReviewPart::technical, verdict(false, noon(2026, 3, 1))).ok());
  ASSERT_TRUE(register_review(reviews, fresh).ok());
  EXPECT_EQ(reviews.size(), 2u);
  reviews.resize(kReviewRecordsMax, sound());
  reviews.back() = sound();
  EXPECT_EQ(register_review(reviews, fresh).error().code, ErrorCode::full);
  fresh.valid_until = {2025, 1, 1};
  EXPECT_EQ(register_review(reviews, fresh).error().field, "valid_until");
}

}  // namespace
}  // namespace xunjie::domain
