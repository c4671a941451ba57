#include "watch/pattern.h"

#include <gtest/gtest.h>

#include "watch/test_scene.h"

namespace xunjie::watch {
namespace {

constexpr int kSide = 20;  // cells

class Pattern : public testing::Test {
 protected:
  const cv::Mat street_ = texture({kSide * kCellPixels, kSide* kCellPixels}, 1, 120, 22, 1.2);
  const cv::Mat other_ = texture(street_.size(), 2, 120, 22, 1.2);
  const cv::Mat all_ = cv::Mat(kSide, kSide, CV_8U, cv::Scalar(255));
};

TEST_F(Pattern, GoesOnInAnotherLight) {
  cv::Mat lit = street_ * 0.5 + 10;
  lit.colRange(0, lit.cols / 2) *= 3;
  EXPECT_GT(pattern_kept(street_, lit, all_), 0.95);
}

TEST_F(Pattern, IsHiddenByAThing) {
  EXPECT_NEAR(pattern_kept(street_, other_, all_), 0, 0.1);
}

TEST_F(Pattern, IsHiddenByAThingWithGaps) {
  cv::Mat now = other_.clone();
  for (int x = 0; x + 24 <= now.cols; x += 24) {
    street_.colRange(x, x + 8).copyTo(now.colRange(x, x + 8));
  }
  EXPECT_LT(pattern_kept(street_, now, all_), 0.3);
}

TEST_F(Pattern, IsAskedForWhereItIsSaidOnly) {
  cv::Mat now = other_.clone(), cells = cv::Mat::zeros(kSide, kSide, CV_8U);
  const int half = kSide / 2;
  street_.colRange(0, half * kCellPixels).copyTo(now.colRange(0, half * kCellPixels));
  cells.colRange(0, half) = 255;
  EXPECT_GT(pattern_kept(street_, now, cells), 0.95);
  EXPECT_NEAR(pattern_kept(street_, now, ~cells), 0, 0.1);
}

TEST_F(Pattern, PlainGroundHasNone) {
  const cv::Mat plain(street_.size(), CV_32F, cv::Scalar(120));
  EXPECT_EQ(pattern_kept(plain, plain * 1.2, all_), 0);
  EXPECT_EQ(pattern_kept(plain, plain, cv::Mat::zeros(kSide, kSide, CV_8U)), 0);
}

}  // namespace
}  // namespace xunjie::watch
