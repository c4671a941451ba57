#include "watch/alignment.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace xunjie::watch {
namespace {

constexpr double kSure = 0.08;   // of phase correlation's response, 0..1
constexpr double kLeast = 0.35;  // small pixels; less changes nothing

cv::Mat moved(const cv::Mat& picture, double dx, double dy) {
  const cv::Mat by = (cv::Mat_<double>(2, 3) << 1, 0, dx, 0, 1, dy);
  cv::Mat out;
  cv::warpAffine(picture, out, by, picture.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return out;
}

// Cells that are filled from beyond the picture's rim when it is moved by (dx, dy) small pixels.
cv::Mat rim_cells(GridSize grid, double dx, double dy) {
  cv::Mat out = cv::Mat::zeros(grid.height, grid.width, CV_8U);
  const auto cells = [](double pixels) {
    return static_cast<int>(std::ceil(std::abs(pixels) / kCellPixels));
  };
  const int x = std::min(cells(dx), grid.width), y = std::min(cells(dy), grid.height);
  if (x > 0) out.colRange(dx > 0 ? 0 : grid.width - x, dx > 0 ? x : grid.width).setTo(255);
  if (y > 0) out.rowRange(dy > 0 ? 0 : grid.height - y, dy > 0 ? y : grid.height).setTo(255);
  return out;
}

}  // namespace

Look Alignment::straighten(const Look& raw) const {
  if (shift_ == cv::Point2d(0, 0)) return raw;
  Look out = raw;
  const double dx = -shift_.x, dy = -shift_.y;
  out.luma = moved(raw.luma, dx, dy);
  out.cb = moved(raw.cb, dx / kCellPixels, dy / kCellPixels);
  out.cr = moved(raw.cr, dx / kCellPixels, dy / kCellPixels);
  out.blind = rim_cells(raw.grid, dx, dy);
  return out;
}

std::optional<cv::Point2d> Alignment::further_shift(const cv::Mat& street,
                                                    const Look& straightened) const {
  cv::Mat a, b, window;
  cv::Laplacian(street, a, CV_32F);
  cv::Laplacian(straightened.luma, b, CV_32F);
  cv::createHanningWindow(window, a.size(), CV_32F);
  double response = 0;
  const cv::Point2d by = cv::phaseCorrelate(a, b, window, &response);
  if (response < kSure || std::hypot(by.x, by.y) < kLeast) return std::nullopt;
  const cv::Point2d all = shift_ + by;
  if (std::hypot(all.x, all.y) > kFarthest * street.cols) return std::nullopt;
  return all;
}

}  // namespace xunjie::watch
