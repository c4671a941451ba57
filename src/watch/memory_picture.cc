#include "watch/memory_picture.h"

#include <algorithm>
#include <array>

#include <opencv2/imgproc.hpp>

namespace xunjie::watch {
namespace {

cv::Rect pixels_of(int x, int y) {
  return {x * kCellPixels, y * kCellPixels, kCellPixels, kCellPixels};
}

double levels_per_grey(const cv::Mat& luma) {
  return luma.type() == CV_16U ? kLevelsPerGrey : 1;
}

}  // namespace

cv::Mat luma_as(const cv::Mat& luma, int type) {
  cv::Mat out(luma.size(), type);
  luma.convertTo(out, type, levels_per_grey(out) / levels_per_grey(luma));
  return out;
}

void copy_cell(const MemoryPicture& from, MemoryPicture& to, int x, int y) {
  cv::Mat cell = to.luma(pixels_of(x, y));
  from.luma(pixels_of(x, y))
      .convertTo(cell, cell.type(), levels_per_grey(to.luma) / levels_per_grey(from.luma));
  to.cb.at<float>(y, x) = from.cb.at<float>(y, x);
  to.cr.at<float>(y, x) = from.cr.at<float>(y, x);
}

void copy_cells(const cv::Mat& from, cv::Mat& to, const cv::Mat& cells) {
  cv::Mat pixels;
  cv::resize(cells, pixels, from.size(), 0, 0, cv::INTER_NEAREST);
  from.copyTo(to, pixels);
}

MemoryPicture picture_of(const Look& look) {
  return {look.luma, look.cb, look.cr};
}

MemoryPicture copy_as(int type, const MemoryPicture& from) {
  return {luma_as(from.luma, type), from.cb.clone(), from.cr.clone()};
}

cv::Mat median_of(const std::vector<Look>& looks, cv::Mat Look::*plane) {
  cv::Mat out((looks[0].*plane).size(), CV_32F);
  std::array<float, 16> values{};
  const std::size_t n = std::min(looks.size(), values.size());
  for (int y = 0; y < out.rows; ++y) {
    for (int x = 0; x < out.cols; ++x) {
      for (std::size_t i = 0; i < n; ++i) values[i] = (looks[i].*plane).at<float>(y, x);
      std::nth_element(values.begin(), values.begin() + n / 2, values.begin() + n);
      out.at<float>(y, x) = values[n / 2];
    }
  }
  return out;
}

Windows windows_of_picture(const MemoryPicture& picture) {
  const cv::Mat& luma = picture.luma;
  return windows_of(luma.type() == CV_32F ? luma : luma_as(luma, CV_32F), picture.cb, picture.cr);
}

void relight(MemoryPicture& picture, const Light& light) {
  picture.luma.convertTo(picture.luma, picture.luma.type(), light.gain,
                         light.offset * levels_per_grey(picture.luma));
  picture.cb += light.cb;
  picture.cr += light.cr;
}

}  // namespace xunjie::watch
