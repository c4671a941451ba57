// The fast sums against plain arithmetic.
#include "watch/cell_sums.h"

#include <gtest/gtest.h>

#include <cmath>

#include <opencv2/imgproc.hpp>

namespace xunjie::watch {
namespace {

constexpr GridSize kGrid{31, 17};

cv::Mat noise(std::uint64_t seed, cv::Size size) {
  cv::Mat out(size, CV_32F);
  cv::RNG random(seed);
  random.fill(out, cv::RNG::UNIFORM, 0, 255);
  return out;
}

cv::Mat pixels(std::uint64_t seed) {
  return noise(seed, {kGrid.width * kCellPixels, kGrid.height * kCellPixels});
}

double plain_product(const cv::Mat& a, const cv::Mat& b, int x, int y) {
  double sum = 0;
  for (int row = 0; row < kCellPixels; ++row) {
    for (int column = 0; column < kCellPixels; ++column) {
      const cv::Point at(x * kCellPixels + column, y * kCellPixels + row);
      sum += static_cast<double>(a.at<float>(at)) * b.at<float>(at);
    }
  }
  return sum / (kCellPixels * kCellPixels);
}

TEST(CellSums, AgreeWithPlainSums) {
  const cv::Mat a = pixels(1), b = pixels(2), ones = cv::Mat::ones(a.size(), CV_32F);
  const CellMoments moments = cell_moments(a, kGrid);
  const cv::Mat products = cell_products(a, b, kGrid);
  for (int y = 0; y < kGrid.height; ++y) {
    for (int x = 0; x < kGrid.width; ++x) {
      EXPECT_NEAR(moments.mean.at<float>(y, x), plain_product(a, ones, x, y), 0.01);
      EXPECT_NEAR(moments.square.at<float>(y, x), plain_product(a, a, x, y), 1);
      EXPECT_NEAR(products.at<float>(y, x), plain_product(a, b, x, y), 1);
    }
  }
}

TEST(CellSums, SmoothAsAGaussianDoes) {
  const cv::Mat cells = noise(3, {kGrid.width, kGrid.height});
  cv::Mat expected;
  cv::GaussianBlur(cells, expected, cv::Size(3, 3), 0.85, 0.85, cv::BORDER_REPLICATE);
  EXPECT_LT(cv::norm(smooth_cells(cells), expected, cv::NORM_INF), 0.05);
}

TEST(CellSums, SharpnessIsTheMeanOfTheLaplacian) {
  const cv::Mat a = pixels(4);
  cv::Mat edges;
  cv::Laplacian(a, edges, CV_32F);
  const cv::Mat inner = edges(cv::Rect(1, 1, a.cols - 2, a.rows - 2));
  EXPECT_NEAR(sharpness_of(a) / cv::mean(cv::abs(inner))[0], 1, 0.02);
  EXPECT_EQ(sharpness_of(cv::Mat::ones(a.size(), CV_32F) * 90), 0);
}

TEST(CellSums, BlendingTouchesOneCellOnly) {
  constexpr float kLevels = 128;
  const cv::Mat memory = pixels(5), seen = pixels(6);
  cv::Mat before, after, shown;
  memory.convertTo(before, CV_16U, kLevels);
  after = before.clone();
  blend_cell(after, seen, 3, 4, kLevels, 0.25F);
  const cv::Rect cell(3 * kCellPixels, 4 * kCellPixels, kCellPixels, kCellPixels);
  const cv::Mat expected = memory(cell) * 0.75 + seen(cell) * 0.25;
  after(cell).convertTo(shown, CV_32F, 1 / kLevels);
  EXPECT_LT(cv::norm(shown, expected, cv::NORM_INF), 0.01);
  before(cell).copyTo(after(cell));
  EXPECT_EQ(cv::norm(after, before, cv::NORM_INF), 0);
}

}  // namespace
}  // namespace xunjie::watch
