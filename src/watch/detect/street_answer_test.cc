// A street that asks: what matures becomes a candidate, and the detector's word decides.
#include <gtest/gtest.h>

#include "watch/test_scene.h"

namespace xunjie::watch {
namespace {

const cv::Rect2d kPlace(0.4, 0.5, 0.12, 0.14);
const auto kThing = [](TestScene& s) { s.put(kPlace, 1); };

Recognition word(Recognised kind, const char* label = "", const char* violation = "") {
  Recognition out;
  out.kind = kind;
  out.label = label;
  out.score = 0.8;
  if (*violation != 0) out.violations.emplace_back(violation);
  return out;
}

class AskingStreet : public testing::Test {
 protected:
  AskingStreet() { scene_.looks(0, 20, 2); }

  static WatchOptions asking() {
    WatchOptions options;
    options.ask_detector = true;
    return options;
  }
  // Looks at the thing from `from` to `until`; what is asked about meanwhile.
  std::vector<Candidate> asked(double from, double until) {
    std::vector<Candidate> all;
    for (double s = from; s < until; s += 2) {
      const auto judged = scene_.look(s, kThing);
      all.insert(all.end(), judged.candidates.begin(), judged.candidates.end());
    }
    return all;
  }

  TestScene scene_{test_camera(), asking()};
};

TEST_F(AskingStreet, AsksOnceWhereItWouldHaveRaised) {
  const auto candidates = asked(20, 60);
  ASSERT_EQ(candidates.size(), 1U);
  EXPECT_TRUE(scene_.raised.empty());
  EXPECT_NEAR(candidates[0].box.x, kPlace.x, 0.03);
  const auto event =
      scene_.street.answer(candidates[0].number,
                           word(Recognised::violation, "goods", "goods_on_pavement"), clock_at(60));
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->label, "goods");
  EXPECT_EQ(event->score, 0.8);
  EXPECT_EQ(event->violation.value, "goods_on_pavement");
  EXPECT_NEAR((event->since - clock_at(0)).seconds(), 20, 2);
  EXPECT_TRUE(asked(60, 120).empty()) << "an open finding is no candidate";
  scene_.looks(120, 132, 2);
  ASSERT_EQ(scene_.cleared.size(), 1U);
  EXPECT_EQ(scene_.cleared[0].id, event->id);
}

TEST_F(AskingStreet, WhatIsIgnoredIsAskedAboutAgainAfterItsDwell) {
  const auto first = asked(20, 60);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_FALSE(
      scene_.street.answer(first[0].number, word(Recognised::ignored, "vehicle"), clock_at(60)));
  EXPECT_TRUE(asked(60, 88).empty());
  const auto again = asked(88, 100);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_TRUE(scene_.street.answer(
      again[0].number, word(Recognised::violation, "goods", "goods_on_pavement"), clock_at(100)));
}

TEST_F(AskingStreet, WhatHasGoneMeanwhileIsNotRaised) {
  const auto candidates = asked(20, 60);
  ASSERT_EQ(candidates.size(), 1U);
  scene_.looks(60, 80, 2);
  EXPECT_FALSE(scene_.street.answer(candidates[0].number,
                                    word(Recognised::violation, "goods", "goods_on_pavement"),
                                    clock_at(80)));
  EXPECT_TRUE(scene_.street.open().empty());
}

TEST_F(AskingStreet, AWordOnSomethingNobodyAskedAboutIsPassedOver) {
  asked(20, 60);
  EXPECT_FALSE(scene_.street.answer(999, word(Recognised::violation, "goods", "goods_on_pavement"),
                                    clock_at(60)));
}

TEST_F(AskingStreet, ADetectorThatFailsThreeTimesLeavesItToTheRule) {
  std::optional<RaisedEvent> event;
  int tries = 0;
  for (double s = 20; s < 80 && !event; s += 2) {
    for (const auto& candidate : scene_.look(s, kThing).candidates) {
      ++tries;
      event = scene_.street.answer(candidate.number, {}, clock_at(s));
    }
  }
  EXPECT_EQ(tries, CandidateBook::kMostTries);
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->label, "object");
}

}  // namespace
}  // namespace xunjie::watch
