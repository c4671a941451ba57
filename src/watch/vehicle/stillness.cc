#include "watch/vehicle/stillness.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <opencv2/core.hpp>

namespace xunjie::watch::vehicle {
namespace {

constexpr double kSurelyMoves2 = 16;  // squared standard deviations of the velocity from nothing
constexpr double kSlowMps = 0.35;     // slower is measuring error, however sure it looks
constexpr double kMisfitMost = 3.5;   // per degree of freedom: the bearings do not meet

struct Fit {
  Metres2 velocity;
  Spread2 spread;
};

// Weighted least squares for place and velocity at once; time from the sightings' middle.
Fit line_fit(std::span<const Sighted> sightings) {
  const double middle = (sightings.front().at - UtcMicros{}).seconds() / 2 +
                        (sightings.back().at - UtcMicros{}).seconds() / 2;
  cv::Matx44d normal = cv::Matx44d::zeros();
  cv::Vec4d right(0, 0, 0, 0);
  for (const Sighted& s : sightings) {
    const double t = (s.at - UtcMicros{}).seconds() - middle;
    const cv::Matx22d weight =
        cv::Matx22d(s.place.spread.ee, s.place.spread.en, s.place.spread.en, s.place.spread.nn)
            .inv();
    const cv::Matx<double, 2, 4> design(1, 0, t, 0, 0, 1, 0, t);
    const cv::Vec2d seen(s.place.at.east, s.place.at.north);
    normal += design.t() * weight * design;
    right += design.t() * (weight * seen);
  }
  const cv::Matx44d cov = normal.inv(cv::DECOMP_SVD);
  const cv::Vec4d solution = cov * right;
  return {{solution[2], solution[3]}, {cov(2, 2), cov(2, 3), cov(3, 3)}};
}

double misfit_of(std::span<const Sighted> sightings) {
  Place all = sightings.front().place;
  for (const Sighted& s : sightings.subspan(1)) all = fuse(all, s.place);
  double sum = 0;
  for (const Sighted& s : sightings) sum += mahalanobis2(s.place.at - all.at, s.place.spread);
  return sum / (2.0 * static_cast<double>(sightings.size()) - 2);
}

// How much likelier the fitted velocity is for something that stands than for something that walks.
double still_odds(const Fit& fit) {
  constexpr int kWays = 24;
  double walking = 0;
  for (const double speed : {0.8, 1.1, 1.4}) {
    for (int i = 0; i < kWays; ++i) {
      const Metres2 walk = towards(360.0 * i / kWays) * speed;
      walking += std::exp(-mahalanobis2(fit.velocity - walk, fit.spread) / 2) / (3 * kWays);
    }
  }
  return std::exp(-mahalanobis2(fit.velocity, fit.spread) / 2) / std::max(walking, 1e-300);
}

bool enough_parallax(std::span<const Sighted> sightings, const StillnessOptions& options) {
  const double way = length(sightings.back().lens - sightings.front().lens);
  const Micros watched = sightings.back().at - sightings.front().at;
  return way >= options.baseline_least_m || watched >= options.watched_least;
}

}  // namespace

Motion motion_of(std::span<const Sighted> sightings, const StillnessOptions& options) {
  Motion out;
  if (static_cast<int>(sightings.size()) < std::max(2, options.looks_least)) return out;
  if (sightings.front().at == sightings.back().at) return out;
  const Fit fit = line_fit(sightings);
  out.velocity = fit.velocity;
  out.error_mps = error_of(fit.spread);
  out.misfit = misfit_of(sightings);
  const double speed = length(fit.velocity);
  if (speed > kSlowMps && mahalanobis2(fit.velocity, fit.spread) > kSurelyMoves2) {
    out.stillness = Stillness::moves;
  } else if (enough_parallax(sightings, options) && out.misfit <= kMisfitMost &&
             still_odds(fit) >= options.still_odds) {
    out.stillness = Stillness::still;
  }
  return out;
}

}  // namespace xunjie::watch::vehicle
