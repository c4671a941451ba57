#include "watch/detect/recognition.h"

#include <gtest/gtest.h>

namespace xunjie::watch {
namespace {

using ports::ClassMeaning;

const ports::DetectorInfo kModel{
    "test",
    {{"goods", ClassMeaning::violation, {domain::ViolationKindId("store_overflow")}, false},
     {"stall", ClassMeaning::violation, {domain::ViolationKindId("street_vending")}, false},
     {"person", ClassMeaning::ignored, {}, false},
     {"dog", ClassMeaning::unmapped, {}, false}},
    0.4,
    false};
const domain::PictureBox kCandidate{0.4, 0.4, 0.2, 0.2};

Recognition said(const std::vector<ports::Detection>& boxes) {
  return recognise(kModel, boxes, kCandidate);
}

TEST(Recognise, TheSurestViolationAboutTheCandidateDecides) {
  const auto word = said({{{0.38, 0.41, 0.2, 0.2}, 0, 0.6}, {{0.41, 0.41, 0.2, 0.2}, 1, 0.8}});
  EXPECT_EQ(word.kind, Recognised::violation);
  EXPECT_EQ(word.label, "stall");
  EXPECT_DOUBLE_EQ(word.score, 0.8);
  ASSERT_EQ(word.violations.size(), 1U);
  EXPECT_EQ(word.violations[0].value, "street_vending");
}

TEST(Recognise, WhatStandsBesideTheCandidateSaysNothingAboutIt) {
  EXPECT_EQ(said({{{0.62, 0.4, 0.2, 0.2}, 0, 0.9}}).kind, Recognised::nothing);
  EXPECT_EQ(said({{{0.55, 0.4, 0.3, 0.2}, 0, 0.9}}).kind, Recognised::nothing);
  EXPECT_EQ(said({}).kind, Recognised::nothing);
}

TEST(Recognise, ASmallThingInALargeCandidateCountsAsLongAsItIsATenth) {
  EXPECT_EQ(said({{{0.45, 0.45, 0.08, 0.08}, 0, 0.9}}).kind, Recognised::violation);
  EXPECT_EQ(said({{{0.45, 0.45, 0.04, 0.04}, 0, 0.9}}).kind, Recognised::nothing);
}

TEST(Recognise, PeopleBeforeGoodsDoNotHideThem) {
  const auto word = said({{{0.4, 0.35, 0.15, 0.3}, 2, 0.95}, {{0.4, 0.4, 0.2, 0.2}, 0, 0.5}});
  EXPECT_EQ(word.kind, Recognised::violation);
  EXPECT_EQ(word.label, "goods");
}

TEST(Recognise, ACrowdThatCoversHalfTogetherIsIgnored) {
  const ports::Detection left{{0.38, 0.35, 0.08, 0.3}, 2, 0.7};
  const ports::Detection right{{0.52, 0.35, 0.08, 0.3}, 2, 0.9};
  EXPECT_EQ(said({left}).kind, Recognised::nothing);  // three tenths of it
  const auto word = said({left, right});
  EXPECT_EQ(word.kind, Recognised::ignored);
  EXPECT_EQ(word.label, "person");
  EXPECT_DOUBLE_EQ(word.score, 0.9);
}

TEST(Recognise, UnmappedClassesAreAsIfNotSeen) {
  EXPECT_EQ(said({{kCandidate, 3, 0.99}}).kind, Recognised::nothing);
}

}  // namespace
}  // namespace xunjie::watch
