// How sure a thing has to be before this camera says so. What reviewers reject raises the bar
// towards the score it had, so that a reflection or a fountain that keeps being mistaken is no
// longer; a finding whose place was seen empty again was a thing, and lowers it a little.
#pragma once

#include <algorithm>

namespace xunjie::watch {

class Bar {
 public:
  explicit Bar(double lowest) : lowest_(lowest), value_(lowest) {}

  [[nodiscard]] double value() const { return value_; }
  void rejected(double score) {
    value_ += kStep * std::max(0.0, score + kBeyond - value_);
    set(value_);
  }
  void proven() { set(value_ - kBack); }
  // As it was before a restart.
  void set(double value) { value_ = std::clamp(value, lowest_, std::max(lowest_, kHighest)); }

 private:
  // Things by night and in rain, seen worst of all, score from 0.8: a few wrong words of reviewers
  // must not make a camera blind.
  static constexpr double kHighest = 0.85, kStep = 0.25, kBeyond = 0.02, kBack = 0.01;
  double lowest_, value_;
};

}  // namespace xunjie::watch
