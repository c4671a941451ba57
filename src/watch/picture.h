// What a look is judged on: a small luma picture and, per cell, its colour. A cell is 4×4 pixels of
// the small picture; about 8,000 cells whatever the camera's size and shape, so a judgement always
// costs the same.
#pragma once

#include <opencv2/core/mat.hpp>

#include "base/time.h"
#include "watch/media.h"

namespace xunjie::watch {

constexpr int kCellPixels = 4;
constexpr int kCells = 8160;  // 120 × 68 at 16:9

struct GridSize {
  int width = 0, height = 0;  // cells
  friend bool operator==(GridSize, GridSize) = default;
};

// The grid for a picture of this many pixels, at the display aspect.
GridSize grid_for(int width, int height);

struct Look {
  UtcMicros at;
  GridSize grid;
  cv::Mat luma;    // CV_32F, 4 × grid, 0..255
  cv::Mat cb, cr;  // CV_32F, grid, 0..255
  cv::Mat blind;   // CV_8U, grid: cells that show nothing to judge by; empty: none
};

// Shrinks a decoded frame by areas (which also averages sensor noise away). An empty Look
// (grid.width 0) when the frame's pixel format is not readable.
Look look_at(const AVFrame& frame, UtcMicros at);

// The frame in full size, BGR 8 bit, for stills; empty when not readable.
cv::Mat bgr_of(const AVFrame& frame);

}  // namespace xunjie::watch
