#include "evidence/paint.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace xunjie::evidence {
namespace {

// A head becomes this many blocks across: too few for any feature.
constexpr int kBlocks = 4;

}  // namespace

void paint_masks(cv::Mat& bgr, std::span<const domain::PicturePolygon> masks) {
  for (const auto& polygon : masks) {
    std::vector<cv::Point> points;
    points.reserve(polygon.size());
    for (const auto& p : polygon) {
      points.emplace_back(static_cast<int>(std::lround(p.x * bgr.cols)),
                          static_cast<int>(std::lround(p.y * bgr.rows)));
    }
    cv::fillPoly(bgr, std::vector<std::vector<cv::Point>>{points}, cv::Scalar(40, 40, 40));
  }
}

void blur(cv::Mat& bgr, std::span<const cv::Rect> regions) {
  const cv::Rect whole(0, 0, bgr.cols, bgr.rows);
  for (const auto& region : regions) {
    const cv::Rect inside = region & whole;
    if (inside.empty()) continue;
    cv::Mat part = bgr(inside);
    const int rows = std::max(1, kBlocks * inside.height / std::max(1, inside.width));
    cv::Mat blocks;
    cv::resize(part, blocks, cv::Size(kBlocks, std::min(rows, 2 * kBlocks)), 0, 0, cv::INTER_AREA);
    cv::resize(blocks, part, inside.size(), 0, 0, cv::INTER_LINEAR);
  }
}

void draw_box(cv::Mat& bgr, const domain::PictureBox& box) {
  const int line = std::max(2, bgr.cols / 400);
  const cv::Rect frame(static_cast<int>(box.x * bgr.cols), static_cast<int>(box.y * bgr.rows),
                       static_cast<int>(box.w * bgr.cols), static_cast<int>(box.h * bgr.rows));
  const cv::Rect outer(frame.x - line, frame.y - line, frame.width + 2 * line,
                       frame.height + 2 * line);
  cv::rectangle(bgr, outer, cv::Scalar(255, 255, 255), line + 2, cv::LINE_AA);
  cv::rectangle(bgr, outer, cv::Scalar(48, 59, 255), line, cv::LINE_AA);
}

void shrink_to(cv::Mat& bgr, int width_max) {
  if (bgr.cols <= width_max) return;
  const int height = std::max(1, bgr.rows * width_max / bgr.cols);
  cv::resize(bgr, bgr, cv::Size(width_max, height), 0, 0, cv::INTER_AREA);
}

}  // namespace xunjie::evidence
