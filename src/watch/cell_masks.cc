#include "watch/cell_masks.h"

#include <opencv2/imgproc.hpp>

namespace xunjie::watch {
namespace {

constexpr double kWhite = 246;  // grey levels
constexpr double kFilled = 0.5;
constexpr double kWideShade = 0.03;  // of the picture

// The even middle grey that decoders put where packets are missing.
cv::Mat lost_cells(const Windows& now) {
  const auto grey = [](const cv::Mat& plane, double within) {
    cv::Mat off;
    cv::absdiff(plane, cv::Scalar(128), off);
    return cv::Mat(off < within);
  };
  cv::Mat out = grey(now.mean, 4) & grey(now.cb, 1) & grey(now.cr, 1) & (now.variance < 4);
  cv::morphologyEx(out, out, cv::MORPH_OPEN, cv::Mat::ones(3, 3, CV_8U));
  cv::dilate(out, out, cv::Mat::ones(3, 3, CV_8U));  // the rim is half lost
  return out;
}

}  // namespace

cv::Mat blind_cells(const Look& look, const Windows& now) {
  cv::Mat out = now.mean > kWhite;
  out |= lost_cells(now);
  if (!look.blind.empty()) out |= look.blind;
  return out;
}

cv::Mat solid_cells(const cv::Mat& cells, int least) {
  cv::Mat closed, labels, stats, centres, out = cv::Mat::zeros(cells.size(), CV_8U);
  cv::morphologyEx(cells, closed, cv::MORPH_CLOSE, cv::Mat::ones(3, 3, CV_8U));
  const int n = cv::connectedComponentsWithStats(closed, labels, stats, centres, 8, CV_32S);
  for (int i = 1; i < n; ++i) {
    const int area = stats.at<int>(i, cv::CC_STAT_AREA);
    const int box = stats.at<int>(i, cv::CC_STAT_WIDTH) * stats.at<int>(i, cv::CC_STAT_HEIGHT);
    if (area >= least && area >= kFilled * box) out |= labels == i;
  }
  cv::dilate(out, out, cv::Mat::ones(3, 3, CV_8U));
  return out;
}

cv::Mat wide_parts(const cv::Mat& cells) {
  cv::Mat closed, labels, stats, centres, out = cv::Mat::zeros(cells.size(), CV_8U);
  cv::morphologyEx(cells, closed, cv::MORPH_CLOSE, cv::Mat::ones(5, 5, CV_8U));
  const int n = cv::connectedComponentsWithStats(closed, labels, stats, centres, 8, CV_32S);
  for (int i = 1; i < n; ++i) {
    const int left = stats.at<int>(i, cv::CC_STAT_LEFT), top = stats.at<int>(i, cv::CC_STAT_TOP);
    const int right = left + stats.at<int>(i, cv::CC_STAT_WIDTH);
    const int foot = top + stats.at<int>(i, cv::CC_STAT_HEIGHT);
    const bool at_rim = left == 0 || top == 0 || right == cells.cols || foot == cells.rows;
    const int area = stats.at<int>(i, cv::CC_STAT_AREA);
    if (at_rim || area >= kWideShade * static_cast<double>(cells.total())) out |= labels == i;
  }
  return out & cells;
}

}  // namespace xunjie::watch
