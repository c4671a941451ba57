#include "watch/vehicle/track_filter.h"

#include <algorithm>
#include <cmath>

#include <opencv2/core.hpp>

namespace xunjie::watch::vehicle {
namespace {

using Matrix = cv::Matx33d;
using Vector = cv::Vec3d;

constexpr double kGate = 25;  // squared standard deviations, both axes together
constexpr int kOutliersInRow = 5;
constexpr double kAnywhere2 = 1e8;      // m²: before the first fix
constexpr double kAnySpeed2 = 20 * 20;  // (m/s)²

struct Belief {
  Vector state[2];  // east, north
  Matrix cov;       // the same for both axes
};

struct Step {
  Belief predicted, updated;
  Matrix forward;
  UtcMicros at;
};

Belief anywhere(const FilterOptions& options) {
  const double drift = options.gps_error_m * options.drift_share;
  return {{}, Matrix::diag(Vector(kAnywhere2, kAnySpeed2, drift * drift))};
}

Matrix forward_by(double dt, const FilterOptions& options) {
  return {1, dt, 0, 0, 1, 0, 0, 0, std::exp(-dt / options.drift_s)};
}

Matrix noise_of(double dt, const Matrix& forward, const FilterOptions& options) {
  const double q = options.agility, keep = forward(2, 2);
  const double drift = options.gps_error_m * options.drift_share;
  return {q * dt * dt * dt / 3,
          q * dt * dt / 2,
          0,
          q * dt * dt / 2,
          q * dt,
          0,
          0,
          0,
          drift * drift * (1 - keep * keep)};
}

// One scalar measurement per axis of h·state.
void measure(Belief& belief, const Vector& h, const double (&values)[2], double variance) {
  const Vector ph = belief.cov * h;
  const Vector gain = ph * (1 / (h.dot(ph) + variance));
  for (int axis = 0; axis < 2; ++axis) {
    belief.state[axis] += gain * (values[axis] - h.dot(belief.state[axis]));
  }
  belief.cov = belief.cov - Matrix(gain * ph.t());
  belief.cov = (belief.cov + belief.cov.t()) * 0.5;
}

const Vector kPlaceSeen(1, 0, 1), kVelocitySeen(0, 1, 0);

class Filter {
 public:
  Filter(const Plane& plane, const FilterOptions& options) : plane_(plane), options_(options) {}

  // False: too many outliers in a row; what was accepted so far stands.
  bool take(const Fix& fix) {
    Step step;
    step.at = fix.at;
    step.forward = Matrix::eye();
    step.predicted = steps_.empty() ? anywhere(options_) : predict(step);
    step.updated = step.predicted;
    const bool near = take_position(step.updated, fix);
    if (near && fix.speed_mps) take_velocity(step.updated, fix);
    outliers_in_row_ = near ? 0 : outliers_in_row_ + 1;
    if (!near) return outliers_in_row_ < kOutliersInRow;
    steps_.push_back(step);
    return true;
  }

  [[nodiscard]] std::vector<Smoothed> back() const {
    std::vector<Smoothed> out(steps_.size());
    Belief later;
    for (std::size_t i = steps_.size(); i-- > 0;) {
      Belief here = steps_[i].updated;
      if (i + 1 < steps_.size()) look_back(here, later, steps_[i + 1]);
      out[i] = told(steps_[i].at, here);
      later = here;
    }
    return out;
  }

 private:
  Belief predict(Step& step) const {
    const Step& last = steps_.back();
    const double dt = (step.at - last.at).seconds();
    step.forward = forward_by(dt, options_);
    Belief out;
    for (int axis = 0; axis < 2; ++axis) out.state[axis] = step.forward * last.updated.state[axis];
    out.cov =
        step.forward * last.updated.cov * step.forward.t() + noise_of(dt, step.forward, options_);
    return out;
  }

  bool take_position(Belief& belief, const Fix& fix) const {
    const double worse = std::clamp(fix.hdop, 1.0, 4.0);
    const double white =
        options_.gps_error_m * worse * std::sqrt(1 - options_.drift_share * options_.drift_share);
    const Metres2 p = plane_.to_plane(fix.position);
    const double values[2] = {p.east, p.north};
    const double variance = kPlaceSeen.dot(belief.cov * kPlaceSeen) + white * white;
    double off2 = 0;
    for (int axis = 0; axis < 2; ++axis) {
      const double off = values[axis] - kPlaceSeen.dot(belief.state[axis]);
      off2 += off * off / variance;
    }
    if (off2 > kGate) return false;
    measure(belief, kPlaceSeen, values, white * white);
    return true;
  }

  // A receiver gives no course when it stands: a speed of nothing has no direction.
  void take_velocity(Belief& belief, const Fix& fix) const {
    if (!fix.course_deg && *fix.speed_mps > 0.5) return;
    const Metres2 v = towards(fix.course_deg.value_or(0)) * *fix.speed_mps;
    const double values[2] = {v.east, v.north};
    measure(belief, kVelocitySeen, values,
            options_.velocity_error_mps * options_.velocity_error_mps);
  }

  static void look_back(Belief& here, const Belief& later, const Step& next) {
    const Matrix gain = here.cov * next.forward.t() * next.predicted.cov.inv(cv::DECOMP_LU);
    for (int axis = 0; axis < 2; ++axis)
      here.state[axis] += gain * (later.state[axis] - next.predicted.state[axis]);
    here.cov = here.cov + gain * (later.cov - next.predicted.cov) * gain.t();
  }

  static Smoothed told(UtcMicros at, const Belief& belief) {
    Smoothed out;
    out.at = at;
    out.position = {belief.state[0][0], belief.state[1][0]};
    out.velocity = {belief.state[0][1], belief.state[1][1]};
    out.error_m = std::sqrt(std::max(0.0, belief.cov(0, 0)));
    out.velocity_error_mps = std::sqrt(std::max(0.0, belief.cov(1, 1)));
    return out;
  }

  const Plane& plane_;
  const FilterOptions& options_;
  std::vector<Step> steps_;
  int outliers_in_row_ = 0;
};

}  // namespace

Stretches smooth(std::span<const Fix> fixes, const Plane& plane, const FilterOptions& options) {
  Stretches out;
  std::size_t first = 0;
  while (first < fixes.size()) {
    Filter filter(plane, options);
    std::size_t i = first;
    while (i < fixes.size() && filter.take(fixes[i])) ++i;
    out.parts.push_back(filter.back());
    const std::size_t read = i - first;
    out.outliers += read - std::min<std::size_t>(read, out.parts.back().size());
    if (i == fixes.size()) break;
    // Begin anew with the first of the outliers in a row.
    const std::size_t again = i + 1 - kOutliersInRow;
    out.outliers -= std::min<std::uint64_t>(out.outliers, kOutliersInRow - 1);
    first = std::max(again, first + 1);
  }
  return out;
}

}  // namespace xunjie::watch::vehicle
