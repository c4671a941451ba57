// A camera that was nudged a little is not another view: its pictures are shifted back onto the
// street as it was learned, so that zones, memory and open findings go on.
//
// Only a shift of at most kFarthest of the picture's width is taken out; more than that is a camera
// that was turned away, and a person has to say so. Not thread-safe; finding a shift costs about
// 8 ms and is tried only when the street does not fit.
#pragma once

#include <optional>

#include <opencv2/core/mat.hpp>

#include "watch/picture.h"

namespace xunjie::watch {

class Alignment {
 public:
  static constexpr double kFarthest = 0.05;

  // The look as the street was learned; cells that came from beyond its rim are marked blind.
  [[nodiscard]] Look straighten(const Look& raw) const;
  // The shift that lays `straightened` onto the street, on top of the one known; nullopt when there
  // is none that fits, or it is too far.
  [[nodiscard]] std::optional<cv::Point2d> further_shift(const cv::Mat& street,
                                                         const Look& straightened) const;
  void set(cv::Point2d shift) { shift_ = shift; }
  [[nodiscard]] cv::Point2d shift() const { return shift_; }

 private:
  cv::Point2d shift_{0, 0};  // of the present view against the learned one, small pixels
};

}  // namespace xunjie::watch
