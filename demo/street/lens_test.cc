#include "lens.h"

#include <gtest/gtest.h>

namespace xunjie::street {
namespace {

constexpr int kWidth = 320, kHeight = 192;

// A plain picture with some colour, I420.
cv::Mat picture() {
  cv::Mat yuv(kHeight * 3 / 2, kWidth, CV_8U, cv::Scalar(120));
  for (int x = 0; x < kWidth; ++x) yuv.rowRange(0, kHeight).col(x).setTo(60 + x / 3);
  yuv.rowRange(kHeight, kHeight * 3 / 2).setTo(140);
  return yuv;
}

TEST(Lens, EachConditionShowsAndNoneLeavesThePictureAlone) {
  for (const char* condition : {"night", "rain", "fog", "shadow", "headlights", "bright", "dim",
                                "infrared", "nudge", "turned", "truck"}) {
    Lens lens({kWidth, kHeight}, 1);
    cv::Mat clean = picture(), seen = picture();
    lens.apply(seen, 1);
    EXPECT_EQ(cv::norm(clean, seen, cv::NORM_INF), 0) << condition;
    ASSERT_TRUE(lens.set(condition, true, 1).ok()) << condition;
    lens.apply(seen, 2);
    EXPECT_GT(cv::norm(clean, seen, cv::NORM_INF), 2) << condition;
    ASSERT_TRUE(lens.set(condition, false, 3).ok()) << condition;
    seen = picture();
    lens.apply(seen, 4);
    EXPECT_EQ(cv::norm(clean, seen, cv::NORM_INF), 0) << condition;
  }
}

TEST(Lens, DuskFallsSlowly) {
  Lens lens({kWidth, kHeight}, 1);
  ASSERT_TRUE(lens.set("dusk", true, 10).ok());
  double last = 256;
  for (const double now : {12.0, 50.0, 90.0, 140.0}) {
    cv::Mat seen = picture();
    lens.apply(seen, now);
    const double level = cv::mean(seen.rowRange(0, kHeight))[0];
    EXPECT_LT(level, last);
    last = level;
  }
}

TEST(Lens, LostBlocksComeAndGo) {
  Lens lens({kWidth, kHeight}, 1);
  ASSERT_TRUE(lens.set("lost", true, 0).ok());
  int damaged = 0;
  for (int i = 0; i < 40; ++i) {
    cv::Mat clean = picture(), seen = picture();
    lens.apply(seen, i);
    damaged += cv::norm(clean, seen, cv::NORM_INF) > 0 ? 1 : 0;
  }
  EXPECT_GT(damaged, 8);
  EXPECT_LT(damaged, 32);
}

TEST(Lens, RefusesWhatItDoesNotKnow) {
  Lens lens({kWidth, kHeight}, 1);
  EXPECT_EQ(lens.set("snow", true, 0).error().field, "event");
  EXPECT_FALSE(lens.set("rain", false, 0).ok());
  ASSERT_TRUE(lens.set("rain", true, 0).ok());
  EXPECT_FALSE(lens.set("rain", true, 1).ok());
}

}  // namespace
}  // namespace xunjie::street
