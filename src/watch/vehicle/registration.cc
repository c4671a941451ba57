#include "watch/vehicle/registration.h"

#include <algorithm>
#include <cmath>

#include <opencv2/core.hpp>

namespace xunjie::watch::vehicle {

Registration::Registration(std::vector<OffsetSample> samples, double error_m, double length_m)
    : samples_(std::move(samples)), variance_(error_m * error_m), length_m_(length_m) {
  if (samples_.size() > kMaxSamples) {
    std::vector<OffsetSample> thinned;
    for (std::size_t i = 0; i < kMaxSamples; ++i)
      thinned.push_back(samples_[i * samples_.size() / kMaxSamples]);
    samples_ = std::move(thinned);
  }
  const int n = static_cast<int>(samples_.size());
  if (n == 0) return;
  cv::Mat_<double> kernel_matrix(n, n), offsets(n, 2), inverse, weights;
  for (int i = 0; i < n; ++i) {
    const auto& a = samples_[static_cast<std::size_t>(i)];
    for (int j = 0; j < n; ++j)
      kernel_matrix(i, j) =
          kernel(a.travelled_m, samples_[static_cast<std::size_t>(j)].travelled_m);
    kernel_matrix(i, i) += a.error_m * a.error_m;
    offsets(i, 0) = a.offset.east;
    offsets(i, 1) = a.offset.north;
  }
  cv::invert(kernel_matrix, inverse, cv::DECOMP_CHOLESKY);
  cv::gemm(inverse, offsets, 1, cv::noArray(), 0, weights);
  inverse_.assign(inverse.begin(), inverse.end());
  for (int i = 0; i < n; ++i) weights_.push_back({weights(i, 0), weights(i, 1)});
}

double Registration::kernel(double a, double b) const {
  return variance_ * std::exp(-std::abs(a - b) / length_m_);
}

Place Registration::at(double travelled_m) const {
  const std::size_t n = samples_.size();
  std::vector<double> k(n);
  for (std::size_t i = 0; i < n; ++i) k[i] = kernel(travelled_m, samples_[i].travelled_m);
  Place out;
  double known = 0;
  for (std::size_t i = 0; i < n; ++i) {
    out.at = out.at + weights_[i] * k[i];
    for (std::size_t j = 0; j < n; ++j) known += k[i] * inverse_[i * n + j] * k[j];
  }
  out.spread = round_spread(std::sqrt(std::max(variance_ - known, 1e-4)));
  return out;
}

}  // namespace xunjie::watch::vehicle
