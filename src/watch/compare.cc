#include "watch/compare.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/core.hpp>

#include "watch/cell_sums.h"

namespace xunjie::watch {
namespace {

constexpr float kNoiseShare = 3;  // of the mismatch that half of the street shows
constexpr float kMostNoiseVariance = 400;
constexpr double kGreySpread = 0.8;  // levels of Cb, Cr
constexpr float kStructureThreshold = 0.55F;
constexpr float kColourThreshold = 9;       // levels of Cb, Cr
constexpr float kBrightnessThreshold = 34;  // grey levels

float median(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct Pairs {
  std::vector<float> reference, now;
};

Pairs pairs_of(const cv::Mat& reference, const cv::Mat& now, const cv::Mat& use) {
  Pairs pairs;
  pairs.reference.reserve(now.total());
  pairs.now.reserve(now.total());
  for (int y = 0; y < now.rows; ++y) {
    for (int x = 0; x < now.cols; ++x) {
      if (use.at<std::uint8_t>(y, x) == 0) continue;
      pairs.reference.push_back(reference.at<float>(y, x));
      pairs.now.push_back(now.at<float>(y, x));
    }
  }
  return pairs;
}

float median_difference(const Pairs& pairs) {
  std::vector<float> d(pairs.now.size());
  for (std::size_t i = 0; i < d.size(); ++i) d[i] = pairs.now[i] - pairs.reference[i];
  return median(d);
}

// Sums over the pairs that follow a line.
struct Sums {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  void add(double a, double b) { n += 1, x += a, y += b, xx += a * a, xy += a * b, yy += b * b; }
  [[nodiscard]] double spread_x() const { return xx - x * x / std::max(1.0, n); }
  [[nodiscard]] double spread_y() const { return yy - y * y / std::max(1.0, n); }
  [[nodiscard]] double both() const { return xy - x * y / std::max(1.0, n); }
};

// Trimmed least squares of now = gain × reference + offset. Where the two pictures do not resemble
// each other (the camera was turned, the lens covered) only the overall brightness is taken.
Light fit_line(const Pairs& pairs) {
  std::vector<float> ratios;
  for (std::size_t i = 0; i < pairs.now.size(); ++i) {
    ratios.push_back((pairs.now[i] + 4) / (pairs.reference[i] + 4));
  }
  Light level;
  level.gain = median(ratios);
  Light light = level;
  for (int round = 0; round < 4; ++round) {
    Sums sums;
    for (std::size_t i = 0; i < pairs.now.size(); ++i) {
      const double x = pairs.reference[i], y = pairs.now[i];
      const double expected = light.gain * x + light.offset;
      if (std::abs(y - expected) <= 6 + 0.12 * expected) sums.add(x, y);
    }
    light.fit = level.fit = sums.n / static_cast<double>(pairs.now.size());
    const double spread = sums.spread_x();
    if (sums.n < 50 || spread < sums.n) return level;  // a flat picture shows no gain
    if (sums.both() < 0.6 * std::sqrt(spread * std::max(1.0, sums.spread_y()))) return level;
    light.gain = std::clamp(sums.both() / spread, 0.2, 5.0);
    light.offset = (sums.y - light.gain * sums.x) / sums.n;
  }
  return light;
}

// A picture in colour has some cell that differs from the others by more than this.
bool is_grey(const cv::Mat& cb, const cv::Mat& cr) {
  cv::Scalar mean, spread_cb, spread_cr;
  cv::meanStdDev(cb, mean, spread_cb);
  cv::meanStdDev(cr, mean, spread_cr);
  return spread_cb[0] < kGreySpread && spread_cr[0] < kGreySpread;
}

}  // namespace

Windows windows_of(const cv::Mat& luma, const cv::Mat& cb, const cv::Mat& cr) {
  Windows out;
  out.grid = {cb.cols, cb.rows};
  out.luma = luma;
  const CellMoments moments = cell_moments(luma, out.grid);
  out.mean = smooth_cells(moments.mean);
  out.variance = smooth_cells(moments.square) - out.mean.mul(out.mean);
  cv::max(out.variance, 0, out.variance);
  out.cb = smooth_cells(cb);
  out.cr = smooth_cells(cr);
  out.grey = is_grey(out.cb, out.cr);
  return out;
}

Light light_between(const Windows& reference, const Windows& now, const cv::Mat& use) {
  const Pairs luma = pairs_of(reference.mean, now.mean, use);
  if (luma.now.size() < 100) return {};
  Light light = fit_line(luma);
  light.cb = median_difference(pairs_of(reference.cb, now.cb, use));
  light.cr = median_difference(pairs_of(reference.cr, now.cr, use));
  return light;
}

Windows relit(const Windows& reference, const Light& light) {
  Windows out;
  out.grid = reference.grid;
  out.luma = reference.luma;
  out.light = light;
  out.grey = reference.grey;
  out.mean = reference.mean * light.gain + light.offset;
  out.variance = reference.variance * (light.gain * light.gain);
  out.cb = reference.cb + light.cb;
  out.cr = reference.cr + light.cr;
  return out;
}

Structure structure_of(const Windows& reference, const Windows& now) {
  const GridSize grid = now.grid;
  const cv::Mat products = smooth_cells(cell_products(now.luma, reference.luma, grid));
  const auto light_gain = static_cast<float>(reference.light.gain);
  const auto light_offset = static_cast<float>(reference.light.offset);
  Structure out;
  out.rest.create(grid.height, grid.width, CV_32F);
  out.most.create(grid.height, grid.width, CV_32F);
  for (int y = 0; y < grid.height; ++y) {
    const auto *vn = now.variance.ptr<float>(y), *vr = reference.variance.ptr<float>(y);
    const auto *mn = now.mean.ptr<float>(y), *mr = reference.mean.ptr<float>(y);
    const auto* p = products.ptr<float>(y);
    auto *rest = out.rest.ptr<float>(y), *most = out.most.ptr<float>(y);
    for (int x = 0; x < grid.width; ++x) {
      const float covariance = light_gain * p[x] + (light_offset - mr[x]) * mn[x];
      const float gain = std::clamp(covariance / (vr[x] + 1), 0.5F, 2.0F);
      rest[x] = std::max(0.0F, vn[x] + gain * gain * vr[x] - 2 * gain * covariance);
      most[x] = std::max(vn[x], gain * gain * vr[x]);
    }
  }
  return out;
}

Acuity acuity_between(const Windows& reference, const Windows& now, const Structure& structure,
                      const cv::Mat& use) {
  Acuity acuity;
  acuity.colour = !now.grey && !reference.grey;
  std::vector<float> rests;
  rests.reserve(use.total());
  for (int y = 0; y < use.rows; ++y) {
    for (int x = 0; x < use.cols; ++x) {
      if (use.at<std::uint8_t>(y, x) != 0) rests.push_back(structure.rest.at<float>(y, x));
    }
  }
  if (rests.size() < 100) return acuity;
  acuity.noise_variance =
      std::clamp(kNoiseShare * median(rests), acuity.noise_variance, kMostNoiseVariance);
  return acuity;
}

cv::Mat difference(const Windows& reference, const Windows& now, const Structure& structure,
                   const Acuity& acuity, cv::Mat* hard) {
  const GridSize grid = now.grid;
  cv::Mat out(grid.height, grid.width, CV_32F);
  if (hard != nullptr) hard->create(grid.height, grid.width, CV_32F);
  for (int y = 0; y < grid.height; ++y) {
    const auto *rest = structure.rest.ptr<float>(y), *most = structure.most.ptr<float>(y);
    const auto *mn = now.mean.ptr<float>(y), *mr = reference.mean.ptr<float>(y);
    const auto *bn = now.cb.ptr<float>(y), *br = reference.cb.ptr<float>(y);
    const auto *rn = now.cr.ptr<float>(y), *rr = reference.cr.ptr<float>(y);
    auto* d = out.ptr<float>(y);
    auto* h = hard != nullptr ? hard->ptr<float>(y) : nullptr;
    for (int x = 0; x < grid.width; ++x) {
      const float shape = rest[x] / (most[x] + acuity.noise_variance);
      const float colour = acuity.colour ? std::hypot(bn[x] - br[x], rn[x] - rr[x]) : 0;
      const float strong = std::max(shape / kStructureThreshold, colour / kColourThreshold);
      d[x] = std::max(strong, std::abs(mn[x] - mr[x]) / kBrightnessThreshold);
      if (h != nullptr) h[x] = strong;
    }
  }
  return out;
}

}  // namespace xunjie::watch
