#include "watch/pattern.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "watch/picture.h"

namespace xunjie::watch {
namespace {

constexpr int kAround = 5;           // pixels: what is finer than this is pattern
constexpr double kPlainSpread = 12;  // grey levels²; noise on plain ground weighs little beside it

// Zero mean and about unit spread everywhere.
cv::Mat pattern_of(const cv::Mat& luma) {
  const cv::Size around(kAround, kAround);
  cv::Mat mean, square, spread;
  cv::boxFilter(luma, mean, CV_32F, around);
  cv::sqrBoxFilter(luma, square, CV_32F, around);
  cv::sqrt(cv::max(square - mean.mul(mean), 0) + kPlainSpread, spread);
  return (luma - mean) / spread;
}

}  // namespace

double pattern_kept(const cv::Mat& then, const cv::Mat& now, const cv::Mat& cells) {
  // With a rim, so that the pattern at the outermost cells has its surroundings.
  cv::Rect box = cv::boundingRect(cells);
  if (box.empty()) return 0;
  box = (box + cv::Size(2, 2) - cv::Point(1, 1)) & cv::Rect({}, cells.size());
  const cv::Rect pixels(box.x * kCellPixels, box.y * kCellPixels, box.width * kCellPixels,
                        box.height * kCellPixels);
  const cv::Mat a = pattern_of(then(pixels)), b = pattern_of(now(pixels)), mask = cells(box);
  const auto around = [&](const cv::Mat& product) {
    cv::Mat sums;
    cv::resize(product, sums, box.size(), 0, 0, cv::INTER_AREA);
    sums.setTo(0, ~mask);
    cv::boxFilter(sums, sums, CV_32F, cv::Size(3, 3), {-1, -1}, false, cv::BORDER_CONSTANT);
    return sums;
  };
  const cv::Mat both = around(a.mul(b)), first = around(a.mul(a)), second = around(b.mul(b));
  std::vector<float> kept;
  for (int y = 0; y < box.height; ++y) {
    for (int x = 0; x < box.width; ++x) {
      if (mask.at<std::uint8_t>(y, x) == 0) continue;
      const float most = std::sqrt(first.at<float>(y, x) * second.at<float>(y, x));
      kept.push_back(most > 0 ? both.at<float>(y, x) / most : 0);
    }
  }
  const auto middle = kept.begin() + static_cast<std::ptrdiff_t>(kept.size() / 2);
  std::nth_element(kept.begin(), middle, kept.end());
  return *middle;
}

}  // namespace xunjie::watch
