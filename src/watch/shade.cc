#include "watch/shade.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "watch/cell_sums.h"

namespace xunjie::watch {
namespace {

constexpr float kDarker = 0.87F, kBrighter = 1.15F;  // from which another light is seen at all
constexpr float kSameShape = 0.25F;                  // of the contrast that may stay unexplained
constexpr float kSameColour = 6;                     // levels of Cb, Cr
constexpr float kTexture = 1.5F;  // times the noise, that the ground's own contrast has to be
constexpr int kReach = 31;        // cells; how far around its proof another light is believed
constexpr float kChanged = 0.8F;  // from here on a difference needs an explanation
constexpr float kForgiven = 0.5F;
constexpr int kLeastProofOfPart = 3;

// The distance to the colour that the reference has in any light between its own and the other:
// shade takes colour away as it takes brightness, a camera may give some of it back.
float colour_error(float now_cb, float now_cr, float cb, float cr, float level) {
  const float fx = (cb - 128) * (level - 1), fy = (cr - 128) * (level - 1);
  const float dx = now_cb - cb, dy = now_cr - cr;
  const float length = fx * fx + fy * fy;
  const float share = length < 1e-3F ? 0 : std::clamp((dx * fx + dy * fy) / length, 0.0F, 1.0F);
  return std::hypot(dx - share * fx, dy - share * fy);
}

// The mean square over a cell's pixels of what neither the reference's light nor the other one
// explains.
float rest_of_cell(const Windows& reference, const Windows& now, int x, int y, float level) {
  const auto gain = static_cast<float>(reference.light.gain);
  const auto offset = static_cast<float>(reference.light.offset);
  float sum = 0;
  for (int py = y * kCellPixels; py < (y + 1) * kCellPixels; ++py) {
    const auto *a = reference.luma.ptr<float>(py), *b = now.luma.ptr<float>(py);
    for (int px = x * kCellPixels; px < (x + 1) * kCellPixels; ++px) {
      const float lit = gain * a[px] + offset;
      const float own = b[px] - lit, other = b[px] - level * lit;
      sum += std::min(own * own, other * other);
    }
  }
  return sum / (kCellPixels * kCellPixels);
}

// At the rim of a light known from before, narrow as it may be, a cell is proof when its pixels are
// each in the one light or the other.
void prove_known(const Windows& reference, const Windows& now, const Acuity& acuity,
                 const cv::Mat& d, float known, cv::Mat& proof, cv::Mat& ratio) {
  proof.setTo(0);
  ratio.setTo(0);
  if (known <= 0) return;
  for (int y = 0; y < d.rows; ++y) {
    for (int x = 0; x < d.cols; ++x) {
      const float contrast = reference.variance.at<float>(y, x);
      if (d.at<float>(y, x) < kChanged || contrast < kTexture * acuity.noise_variance) continue;
      for (const float level : {known, 1 / known}) {
        const float rest = rest_of_cell(reference, now, x, y, level);
        if (rest > kSameShape * contrast) continue;
        proof.at<float>(y, x) = 1;
        ratio.at<float>(y, x) = level;
      }
    }
  }
}

// The connected parts of what differs that hold some proof.
cv::Mat changed_parts(const cv::Mat& d, const cv::Mat& proof) {
  cv::Mat closed = d >= kChanged, labels, out = cv::Mat::zeros(d.size(), CV_8U);
  cv::morphologyEx(closed, closed, cv::MORPH_CLOSE, cv::Mat::ones(3, 3, CV_8U));
  const int n = cv::connectedComponents(closed, labels, 8, CV_32S);
  std::vector<int> proven(static_cast<std::size_t>(n), 0);
  for (int y = 0; y < d.rows; ++y) {
    for (int x = 0; x < d.cols; ++x) {
      if (proof.at<float>(y, x) > 0) ++proven[static_cast<std::size_t>(labels.at<int>(y, x))];
    }
  }
  for (int i = 1; i < n; ++i) {
    if (proven[static_cast<std::size_t>(i)] >= kLeastProofOfPart) out |= labels == i;
  }
  return out;
}

}  // namespace

ShadeMap shade_between(const Windows& reference, const Windows& now, const Structure& structure,
                       const Acuity& acuity, const cv::Mat& d, float known) {
  cv::Mat proof = cv::Mat::zeros(now.mean.size(), CV_32F), ratio = proof.clone();
  std::vector<float> levels;
  for (int y = 0; y < now.grid.height; ++y) {
    for (int x = 0; x < now.grid.width; ++x) {
      const float r = (now.mean.at<float>(y, x) + 4) / (reference.mean.at<float>(y, x) + 4);
      if (r > kDarker && r < kBrighter) continue;
      const float most = structure.most.at<float>(y, x);
      if (most < kTexture * acuity.noise_variance) continue;
      if (structure.rest.at<float>(y, x) > kSameShape * most) continue;
      const float colour =
          colour_error(now.cb.at<float>(y, x), now.cr.at<float>(y, x), reference.cb.at<float>(y, x),
                       reference.cr.at<float>(y, x), r);
      if (acuity.colour && colour > kSameColour) continue;
      proof.at<float>(y, x) = 1;
      ratio.at<float>(y, x) = r;
      levels.push_back(r);
    }
  }
  ShadeMap map;
  if (static_cast<int>(levels.size()) >= ShadeMap::kLeastProof) {
    const auto middle = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() / 2);
    std::nth_element(levels.begin(), middle, levels.end());
    map.typical = *middle;
  } else {
    prove_known(reference, now, acuity, d, known, proof, ratio);
    if (cv::countNonZero(proof) < ShadeMap::kLeastProofOfKnown) return {};
  }
  const double typical =
      map.typical > 0 ? map.typical : cv::sum(ratio)[0] / cv::countNonZero(proof);
  const cv::Mat parts = changed_parts(d, proof);
  const cv::Size around(kReach, kReach);
  cv::boxFilter(proof, proof, CV_32F, around, cv::Point(-1, -1), false, cv::BORDER_CONSTANT);
  cv::boxFilter(ratio, ratio, CV_32F, around, cv::Point(-1, -1), false, cv::BORDER_CONSTANT);
  cv::divide(ratio, proof, map.level);
  map.level.setTo(0, proof < 3.5);
  // Even ground proves nothing by itself, but it is of one piece with what does.
  map.level.setTo(typical, parts & (map.level == 0));
  return map;
}

cv::Mat forgive_shade(const ShadeMap& map, const Windows& reference, const Windows& now,
                      const Acuity& acuity, cv::Mat& d, cv::Mat* hard) {
  if (map.empty()) return {};
  cv::Mat forgiven = cv::Mat::zeros(d.size(), CV_8U);
  cv::Mat rest = cv::Mat::zeros(d.size(), CV_32F);
  for (int y = 0; y < d.rows; ++y) {
    for (int x = 0; x < d.cols; ++x) {
      const float level = map.level.at<float>(y, x);
      if (level > 0) rest.at<float>(y, x) = rest_of_cell(reference, now, x, y, level);
    }
  }
  rest = smooth_cells(rest);
  for (int y = 0; y < d.rows; ++y) {
    for (int x = 0; x < d.cols; ++x) {
      const float level = map.level.at<float>(y, x);
      if (level <= 0 || d.at<float>(y, x) < kChanged) continue;
      const float contrast =
          std::max(now.variance.at<float>(y, x), reference.variance.at<float>(y, x));
      if (rest.at<float>(y, x) > kSameShape * (contrast + 2 * acuity.noise_variance)) continue;
      const float colour =
          colour_error(now.cb.at<float>(y, x), now.cr.at<float>(y, x), reference.cb.at<float>(y, x),
                       reference.cr.at<float>(y, x), level);
      if (acuity.colour && colour > kSameColour) continue;
      d.at<float>(y, x) = kForgiven;
      if (hard != nullptr) hard->at<float>(y, x) = 0;
      forgiven.at<std::uint8_t>(y, x) = 255;
    }
  }
  return forgiven;
}

}  // namespace xunjie::watch
