// What a thing looks like, in 46 numbers that may be compared by dot product.
//
// Over the middle 80 % of its box (the rim is street), in three bands from top to bottom:
//   - 10 shares of colour: 8 hues, weighted by how colourful, and the colourless split into dark
//   and
//     light; the picture's own cast is taken out first (grey world), so that a cloud changes
//     little;
//   - 8 shares of edge direction (unsigned, weighted by strength) over the whole, twice: fine and
//     coarse.
// Each group is a distribution; the numbers are the square roots of the shares, scaled so that all
// together have unit length: the dot product of two is their mean Bhattacharyya coefficient, 1 for
// the same, and no group can drown another. Costs about 0.1 ms for a box of 100 × 100 pixels.
#pragma once

#include <vector>

#include <opencv2/core/mat.hpp>

#include "domain/geo.h"

namespace xunjie::watch::vehicle {

constexpr std::size_t kAppearanceNumbers = 3 * 10 + 2 * 8;

// What takes the picture's cast out: one factor per channel.
cv::Scalar cast_of(const cv::Mat& bgr);

// Empty when less than 8 × 8 pixels of the box lie in the picture. `bgr` is 8 bit.
std::vector<float> appearance_of(const cv::Mat& bgr, const domain::PictureBox& box,
                                 const cv::Scalar& cast);

}  // namespace xunjie::watch::vehicle
