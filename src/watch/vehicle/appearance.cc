#include "watch/vehicle/appearance.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <opencv2/imgproc.hpp>

namespace xunjie::watch::vehicle {
namespace {

constexpr int kBands = 3, kHues = 8, kColours = kHues + 2, kDirections = 8;
constexpr int kSide = 48;  // boxes are compared at this size
constexpr int kLeastPixels = 8;
constexpr double kMargin = 0.1;   // of the box, left out on every side
constexpr float kColourful = 60;  // saturation (0..255) that counts as wholly coloured
constexpr float kLight = 110;     // value (0..255)
constexpr double kSpread = 1e-3;  // added to every share, so that an empty group is even

cv::Rect middle_of(const cv::Mat& bgr, const domain::PictureBox& box) {
  const double x = (box.x + box.w * kMargin) * bgr.cols, y = (box.y + box.h * kMargin) * bgr.rows;
  const double w = box.w * (1 - 2 * kMargin) * bgr.cols, h = box.h * (1 - 2 * kMargin) * bgr.rows;
  const cv::Rect rect(static_cast<int>(x), static_cast<int>(y), std::max(0, static_cast<int>(w)),
                      std::max(0, static_cast<int>(h)));
  return rect & cv::Rect(0, 0, bgr.cols, bgr.rows);
}

// Shares → square roots, the group's length squared being `weight`.
void settle(std::span<float> group, double weight) {
  double sum = 0;
  for (float& x : group) sum += x += static_cast<float>(kSpread);
  for (float& x : group) x = static_cast<float>(std::sqrt(static_cast<double>(x) / sum * weight));
}

void colours(const cv::Mat& bgr, std::span<float> out) {
  cv::Mat hsv;
  cv::cvtColor(bgr, hsv, cv::COLOR_BGR2HSV_FULL);
  for (int y = 0; y < hsv.rows; ++y) {
    auto* band = out.data() + (y * kBands / hsv.rows) * kColours;
    for (int x = 0; x < hsv.cols; ++x) {
      const auto& p = hsv.at<cv::Vec3b>(y, x);
      const float share = std::min(1.0F, static_cast<float>(p[1]) / kColourful *
                                             std::min(1.0F, static_cast<float>(p[2]) / 60));
      // Between two hues: a little redder must not be another colour.
      const float hue = static_cast<float>(p[0]) / 256 * kHues;
      const int low = static_cast<int>(hue) % kHues;
      const float part = hue - std::floor(hue);
      band[low] += share * (1 - part);
      band[(low + 1) % kHues] += share * part;
      const float light = std::clamp((static_cast<float>(p[2]) - kLight) / 80 + 0.5F, 0.0F, 1.0F);
      band[kHues] += (1 - share) * (1 - light);
      band[kHues + 1] += (1 - share) * light;
    }
  }
}

void directions(const cv::Mat& grey, std::span<float> out) {
  cv::Mat dx, dy;
  cv::Sobel(grey, dx, CV_32F, 1, 0);
  cv::Sobel(grey, dy, CV_32F, 0, 1);
  for (int y = 0; y < grey.rows; ++y) {
    for (int x = 0; x < grey.cols; ++x) {
      const float gx = dx.at<float>(y, x), gy = dy.at<float>(y, x);
      const float turn =
          std::atan2(gy, gx) / static_cast<float>(CV_PI) + 1;  // 0..2, unsigned: mod 1
      const float at = std::fmod(turn, 1.0F) * kDirections;
      const int low = static_cast<int>(at) % kDirections;
      const float part = at - std::floor(at), size = std::hypot(gx, gy);
      out[static_cast<std::size_t>(low)] += size * (1 - part);
      out[static_cast<std::size_t>((low + 1) % kDirections)] += size * part;
    }
  }
}

}  // namespace

cv::Scalar cast_of(const cv::Mat& bgr) {
  const cv::Scalar mean = cv::mean(bgr);
  const double grey = (mean[0] + mean[1] + mean[2]) / 3;
  const auto factor = [&](double m) { return std::clamp(grey / std::max(m, 1.0), 0.7, 1.4); };
  return {factor(mean[0]), factor(mean[1]), factor(mean[2])};
}

std::vector<float> appearance_of(const cv::Mat& bgr, const domain::PictureBox& box,
                                 const cv::Scalar& cast) {
  const cv::Rect rect = middle_of(bgr, box);
  if (rect.width < kLeastPixels || rect.height < kLeastPixels) return {};
  cv::Mat thing, grey, coarse;
  cv::resize(bgr(rect), thing, {kSide, kSide}, 0, 0, cv::INTER_AREA);
  cv::multiply(thing, cast, thing);
  cv::cvtColor(thing, grey, cv::COLOR_BGR2GRAY);
  cv::resize(grey, coarse, {kSide / 4, kSide / 4}, 0, 0, cv::INTER_AREA);
  std::vector<float> out(kAppearanceNumbers, 0);
  const std::span all(out);
  constexpr std::size_t kColourEnd = kBands * kColours;
  colours(thing, all.first(kColourEnd));
  directions(grey, all.subspan(kColourEnd, kDirections));
  directions(coarse, all.subspan(kColourEnd + kDirections, kDirections));
  for (std::size_t band = 0; band < kBands; ++band)
    settle(all.subspan(band * kColours, kColours), 0.7 / kBands);
  settle(all.subspan(kColourEnd, kDirections), 0.15);
  settle(all.subspan(kColourEnd + kDirections, kDirections), 0.15);
  return out;
}

}  // namespace xunjie::watch::vehicle
