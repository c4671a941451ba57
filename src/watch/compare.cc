#include "watch/compare.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace xunjie::watch {
namespace {

constexpr float kNoiseVariance = 30;  // grey levels², sensor noise and compression after shrinking
constexpr float kStructureThreshold = 0.55F;
constexpr float kColourThreshold = 9;       // levels of Cb, Cr
constexpr float kBrightnessThreshold = 34;  // grey levels

cv::Mat over_cells(const cv::Mat& pixels, GridSize grid) {
  cv::Mat cells, out;
  cv::resize(pixels, cells, cv::Size(grid.width, grid.height), 0, 0, cv::INTER_AREA);
  cv::GaussianBlur(cells, out, cv::Size(3, 3), 0.85, 0.85, cv::BORDER_REPLICATE);
  return out;
}

cv::Mat smooth(const cv::Mat& cells) {
  cv::Mat out;
  cv::GaussianBlur(cells, out, cv::Size(3, 3), 0.85, 0.85, cv::BORDER_REPLICATE);
  return out;
}

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

}  // namespace

Windows windows_of(const cv::Mat& luma, const cv::Mat& cb, const cv::Mat& cr) {
  Windows out;
  out.grid = {cb.cols, cb.rows};
  out.luma = luma;
  out.mean = over_cells(luma, out.grid);
  out.variance = over_cells(luma.mul(luma), out.grid) - out.mean.mul(out.mean);
  cv::max(out.variance, 0, out.variance);
  out.cb = smooth(cb);
  out.cr = smooth(cr);
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
  out.luma = reference.luma * light.gain + light.offset;
  out.mean = reference.mean * light.gain + light.offset;
  out.variance = reference.variance * (light.gain * light.gain);
  out.cb = reference.cb + light.cb;
  out.cr = reference.cr + light.cr;
  return out;
}

cv::Mat difference(const Windows& reference, const Windows& now, cv::Mat* hard) {
  const GridSize grid = now.grid;
  const cv::Mat covariance =
      over_cells(now.luma.mul(reference.luma), grid) - now.mean.mul(reference.mean);
  cv::Mat out(grid.height, grid.width, CV_32F);
  if (hard != nullptr) hard->create(grid.height, grid.width, CV_32F);
  for (int y = 0; y < grid.height; ++y) {
    const auto* vn = now.variance.ptr<float>(y);
    const auto* vr = reference.variance.ptr<float>(y);
    const auto* c = covariance.ptr<float>(y);
    const auto* mn = now.mean.ptr<float>(y);
    const auto* mr = reference.mean.ptr<float>(y);
    const auto *bn = now.cb.ptr<float>(y), *br = reference.cb.ptr<float>(y);
    const auto *rn = now.cr.ptr<float>(y), *rr = reference.cr.ptr<float>(y);
    auto* d = out.ptr<float>(y);
    auto* h = hard != nullptr ? hard->ptr<float>(y) : nullptr;
    for (int x = 0; x < grid.width; ++x) {
      const float gain = std::clamp(c[x] / (vr[x] + 1), 0.5F, 2.0F);
      const float rest = std::max(0.0F, vn[x] + gain * gain * vr[x] - 2 * gain * c[x]);
      const float structure = rest / (std::max(vn[x], gain * gain * vr[x]) + kNoiseVariance);
      const float colour = std::hypot(bn[x] - br[x], rn[x] - rr[x]);
      const float strong = std::max(structure / kStructureThreshold, colour / kColourThreshold);
      d[x] = std::max(strong, std::abs(mn[x] - mr[x]) / kBrightnessThreshold);
      if (h != nullptr) h[x] = strong;
    }
  }
  return out;
}

}  // namespace xunjie::watch
