#include "evidence/motion.h"

#include <opencv2/imgproc.hpp>

#include "evidence/head_finder.h"

namespace xunjie::evidence {
namespace {

constexpr int kWidth = 320;
constexpr int kTeach = 4;        // pictures until the background is worth comparing with
constexpr double kLearn = 0.04;  // share a picture changes the background by
constexpr double kChange = 22;   // grey levels
constexpr double kLeastHeight = 0.05, kMostHeight = 0.8;  // of the picture
constexpr double kLeastAspect = 1.1, kMostAspect = 6;     // height over width

bool like_a_person(const cv::Rect& blob, const cv::Size& picture) {
  const double height = static_cast<double>(blob.height) / picture.height;
  const double aspect = static_cast<double>(blob.height) / std::max(1, blob.width);
  return height >= kLeastHeight && height <= kMostHeight && aspect >= kLeastAspect &&
         aspect <= kMostAspect;
}

}  // namespace

std::vector<cv::Rect> MotionHeads::find(const cv::Mat& bgr) {
  cv::Mat grey, small;
  cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
  const double scale = static_cast<double>(kWidth) / bgr.cols;
  cv::resize(grey, small, {}, scale, scale, cv::INTER_AREA);
  small.convertTo(small, CV_32F);
  if (background_.empty()) background_ = small.clone();
  cv::Mat moved = cv::abs(small - background_) > kChange;
  cv::accumulateWeighted(small, background_, seen_ < kTeach ? 0.5 : kLearn);
  if (++seen_ <= kTeach) return {};
  cv::morphologyEx(moved, moved, cv::MORPH_CLOSE,
                   cv::getStructuringElement(cv::MORPH_RECT, cv::Size(5, 9)));
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(moved, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
  std::vector<cv::Rect> heads;
  for (const auto& outline : outlines) {
    const cv::Rect blob = cv::boundingRect(outline);
    if (!like_a_person(blob, small.size())) continue;
    const cv::Rect2d full(blob.x / scale, blob.y / scale, blob.width / scale, blob.height / scale);
    heads.push_back(head_of(full));
  }
  return heads;
}

}  // namespace xunjie::evidence
