// Masks of cells by what they show and by the shape they make. CV_8U per cell, 255 where it holds.
#pragma once

#include <opencv2/core/mat.hpp>

#include "watch/compare.h"
#include "watch/picture.h"

namespace xunjie::watch {

// What shows nothing to judge by: beyond the picture's rim, so bright that all is white, or lost.
cv::Mat blind_cells(const Look& look, const Windows& now);

// Groups of at least `least` cells that fill their box as a thing does, with their rim; edges of
// light and shade are long and thin.
cv::Mat solid_cells(const cv::Mat& cells, int least);

// The connected parts that reach the picture's rim or cover a good part of it.
cv::Mat wide_parts(const cv::Mat& cells);

}  // namespace xunjie::watch
