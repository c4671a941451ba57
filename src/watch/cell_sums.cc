#include "watch/cell_sums.h"

#include <algorithm>
#include <vector>

#include <opencv2/core/hal/intrin.hpp>

namespace xunjie::watch {
namespace {

using Four = cv::v_float32x4;
static_assert(Four::nlanes == kCellPixels);

// A Gaussian of 0.85 over three values: exp(-1 / (2 × 0.85²)) beside 1, made to sum to 1.
constexpr float kSide = 0.25015F;
constexpr float kMiddle = 1 - 2 * kSide;

const float* cell_row(const cv::Mat& pixels, int x, int y, int row) {
  return pixels.ptr<float>(y * kCellPixels + row) + x * kCellPixels;
}

template <typename Value>
cv::Mat per_cell(GridSize grid, Value value) {
  cv::Mat out(grid.height, grid.width, CV_32F);
  for (int y = 0; y < grid.height; ++y) {
    auto* row = out.ptr<float>(y);
    for (int x = 0; x < grid.width; ++x) row[x] = value(x, y);
  }
  return out;
}

}  // namespace

CellMoments cell_moments(const cv::Mat& pixels, GridSize grid) {
  CellMoments out;
  out.square.create(grid.height, grid.width, CV_32F);
  out.mean = per_cell(grid, [&](int x, int y) {
    Four sum = cv::v_setall_f32(0), squares = sum;
    for (int row = 0; row < kCellPixels; ++row) {
      const Four v = cv::v_load(cell_row(pixels, x, y, row));
      sum += v;
      squares += v * v;
    }
    out.square.at<float>(y, x) = cv::v_reduce_sum(squares) / (kCellPixels * kCellPixels);
    return cv::v_reduce_sum(sum) / (kCellPixels * kCellPixels);
  });
  return out;
}

cv::Mat cell_products(const cv::Mat& a, const cv::Mat& b, GridSize grid) {
  return per_cell(grid, [&](int x, int y) {
    Four sum = cv::v_setall_f32(0);
    for (int row = 0; row < kCellPixels; ++row) {
      sum += cv::v_load(cell_row(a, x, y, row)) * cv::v_load(cell_row(b, x, y, row));
    }
    return cv::v_reduce_sum(sum) / (kCellPixels * kCellPixels);
  });
}

cv::Mat smooth_cells(const cv::Mat& cells) {
  cv::Mat out(cells.size(), CV_32F);
  std::vector<float> line(static_cast<std::size_t>(cells.cols));
  for (int y = 0; y < cells.rows; ++y) {
    const auto* above = cells.ptr<float>(std::max(0, y - 1));
    const auto* here = cells.ptr<float>(y);
    const auto* below = cells.ptr<float>(std::min(cells.rows - 1, y + 1));
    for (int x = 0; x < cells.cols; ++x) {
      line[static_cast<std::size_t>(x)] = kSide * (above[x] + below[x]) + kMiddle * here[x];
    }
    auto* to = out.ptr<float>(y);
    const auto last = line.size() - 1;
    for (std::size_t x = 0; x <= last; ++x) {
      to[x] =
          kSide * (line[x == 0 ? 0 : x - 1] + line[x == last ? last : x + 1]) + kMiddle * line[x];
    }
  }
  return out;
}

double sharpness_of(const cv::Mat& pixels) {
  double total = 0;
  const int last = pixels.cols - 1;
  for (int y = 1; y + 1 < pixels.rows; ++y) {
    const auto *above = pixels.ptr<float>(y - 1), *below = pixels.ptr<float>(y + 1);
    const auto* here = pixels.ptr<float>(y);
    Four sum = cv::v_setall_f32(0);
    for (int x = 1; x + Four::nlanes <= last; x += Four::nlanes) {
      const Four around = cv::v_load(above + x) + cv::v_load(below + x) + cv::v_load(here + x - 1) +
                          cv::v_load(here + x + 1);
      sum += cv::v_abs(around - cv::v_setall_f32(4) * cv::v_load(here + x));
    }
    total += cv::v_reduce_sum(sum);
  }
  const int per_row = (last - 1) / Four::nlanes * Four::nlanes;
  return total / std::max(1, per_row * (pixels.rows - 2));
}

void blend_cell(cv::Mat& pixels, const cv::Mat& seen, int x, int y, float levels, float rate) {
  const Four r = cv::v_setall_f32(rate), scale = cv::v_setall_f32(levels);
  for (int row = 0; row < kCellPixels; ++row) {
    auto* at = pixels.ptr<std::uint16_t>(y * kCellPixels + row) + x * kCellPixels;
    const Four v = cv::v_cvt_f32(cv::v_reinterpret_as_s32(cv::v_load_expand(at)));
    const Four mixed = v + r * (scale * cv::v_load(cell_row(seen, x, y, row)) - v);
    cv::v_pack_u_store(at, cv::v_round(mixed));
  }
}

}  // namespace xunjie::watch
