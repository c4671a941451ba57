// Things that move like people: blobs of change, taller than wide, of whose upper part the head is
// taken. Catches the small and half-hidden people no detector finds. One per clip; pictures in
// order.
#pragma once

#include <vector>

#include <opencv2/core.hpp>

namespace xunjie::evidence {

class MotionHeads {
 public:
  // Head regions in pixels of `bgr`. The first pictures of a clip teach the background.
  std::vector<cv::Rect> find(const cv::Mat& bgr);

 private:
  cv::Mat background_;  // CV_32F, small
  int seen_ = 0;
};

}  // namespace xunjie::evidence
