// How one pass's frame lies against what is already known, along the way.
//
// The position error of a car wanders slowly, so things near each other are all misplaced by nearly
// the same offset. Each thing recognised from an earlier pass measures that offset once; between
// them it is interpolated by Gaussian-process regression with the kernel of the very process the
// error is (Gauss-Markov: variance · exp(-way / length)). The answer says how sure it is: near
// recognised things to a metre, far from any as unsure as the receiver.
#pragma once

#include <vector>

#include "watch/vehicle/plane.h"

namespace xunjie::watch::vehicle {

struct OffsetSample {
  double travelled_m = 0;
  Metres2 offset;  // known minus seen
  double error_m = 0;
};

class Registration {
 public:
  // `error_m`: one standard deviation per axis of the offset before anything is recognised. At most
  // kMaxSamples samples are used, evenly thinned.
  Registration(std::vector<OffsetSample> samples, double error_m, double length_m);

  [[nodiscard]] Place at(double travelled_m) const;

  static constexpr std::size_t kMaxSamples = 300;

 private:
  [[nodiscard]] double kernel(double a, double b) const;

  std::vector<OffsetSample> samples_;
  double variance_, length_m_;
  std::vector<double> inverse_;   // of kernel plus noise, row by row
  std::vector<Metres2> weights_;  // inverse times offsets
};

}  // namespace xunjie::watch::vehicle
