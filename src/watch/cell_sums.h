// Sums over cells, the arithmetic every look is paid in: one pass over the pixels, four at a time.
// A cell is 4×4 pixels, so one of its rows is one vector. Results are CV_32F, one value per cell.
#pragma once

#include <opencv2/core/mat.hpp>

#include "watch/picture.h"

namespace xunjie::watch {

struct CellMoments {
  cv::Mat mean, square;  // of the pixels, of their squares
};
CellMoments cell_moments(const cv::Mat& pixels, GridSize grid);

// The mean of a × b.
cv::Mat cell_products(const cv::Mat& a, const cv::Mat& b, GridSize grid);

// Each value with its eight neighbours, weighted by a Gaussian of 0.85 cells; the rim is repeated.
cv::Mat smooth_cells(const cv::Mat& cells);

// The mean strength of fine detail (Laplacian) in grey levels, rim aside.
double sharpness_of(const cv::Mat& pixels);

// pixels ← pixels + rate × (seen − pixels), in one cell. `pixels` is CV_16U with so many levels to
// one of `seen`.
void blend_cell(cv::Mat& pixels, const cv::Mat& seen, int x, int y, float levels, float rate);

}  // namespace xunjie::watch
