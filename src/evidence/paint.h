// What is done to a picture before it leaves: masks, blur, box. All in place.
#pragma once

#include <span>
#include <vector>

#include <opencv2/core.hpp>

#include "domain/geo.h"

namespace xunjie::evidence {

void paint_masks(cv::Mat& bgr, std::span<const domain::PicturePolygon> masks);
// Averages each region to a handful of blocks and smooths them, so that nothing of a face can be
// computed back. Regions outside the picture are cut.
void blur(cv::Mat& bgr, std::span<const cv::Rect> regions);
void draw_box(cv::Mat& bgr, const domain::PictureBox& box);
// At most this wide; the shape stays.
void shrink_to(cv::Mat& bgr, int width_max);

}  // namespace xunjie::evidence
