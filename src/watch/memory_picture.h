// What a scene memory keeps of a street: a small picture, its brightness in grey levels (CV_32F)
// or, for half the memory, in 16 bits with kLevelsPerGrey to a level (CV_16U).
#pragma once

#include <vector>

#include <opencv2/core/mat.hpp>

#include "watch/compare.h"
#include "watch/picture.h"

namespace xunjie::watch {

constexpr float kLevelsPerGrey = 128;

struct MemoryPicture {
  cv::Mat luma;    // 4 × the cells
  cv::Mat cb, cr;  // CV_32F, one value per cell
  [[nodiscard]] bool empty() const { return luma.empty(); }
};

// The same brightness as CV_32F or CV_16U.
cv::Mat luma_as(const cv::Mat& luma, int type);

void copy_cell(const MemoryPicture& from, MemoryPicture& to, int x, int y);
// Of pictures of one type, where `cells` (CV_8U) is not zero.
void copy_cells(const cv::Mat& from, cv::Mat& to, const cv::Mat& cells);

MemoryPicture picture_of(const Look& look);  // shares the look's pixels
MemoryPicture copy_as(int type, const MemoryPicture& from);
// Of at most 16 looks, pixel by pixel.
cv::Mat median_of(const std::vector<Look>& looks, cv::Mat Look::*plane);
Windows windows_of_picture(const MemoryPicture& picture);
// The picture in another light.
void relight(MemoryPicture& picture, const Light& light);

}  // namespace xunjie::watch
