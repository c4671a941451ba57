// What happens between the street and the finished picture: light, weather and the camera itself.
//
// Each condition is switched by name and lies over whatever stands on the street, so that any scene
// can be had at night, in rain, or by a camera that was nudged:
//
//   dusk, night       night falls within eight minutes; it is night: lamps, warm light, noise
//   rain, fog         streaks over a flatter picture; a grey veil
//   shadow            a hard edge creeps over the picture
//   headlights        a car's lights sweep by, again and again
//   bright, dim       the exposure steps up, down
//   infrared          no colour, another brightness
//   nudge, turned     turned by ten pixels; looks somewhere else
//   lost              every other picture has grey blocks
//   truck             parked in front of a third of the view
//
// Not thread-safe; the same seed gives the same pictures.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "base/result.h"

namespace xunjie::street {

class Lens {
 public:
  Lens(cv::Size size, unsigned seed);

  // `now` is media time in seconds. Errors: invalid_argument (no such condition, or already so).
  Result<void> set(const std::string& condition, bool on, double now);
  // Changes an I420 picture, one tall plane, in place.
  void apply(cv::Mat& yuv, double now);
  [[nodiscard]] const std::map<std::string, double>& conditions() const { return on_; }

 private:
  struct Planes {
    cv::Mat y, u, v;
  };
  [[nodiscard]] Planes planes(cv::Mat& yuv) const;
  [[nodiscard]] bool has(const char* condition) const { return on_.contains(condition); }
  void view(const Planes& p);
  void light(Planes p, double now);
  void weather(Planes p);
  void passing_light(Planes p, double now);
  void damage(Planes p);
  void darken(Planes p, double share);
  void add_noise(cv::Mat& y, double strength);

  cv::Size size_;
  std::mt19937 random_;
  std::map<std::string, double> on_;  // since when
  cv::Mat lamps_;                     // float, brightness by lamps alone
  cv::Mat noise_;                     // 16-bit signed, larger than the picture
  cv::Mat streaks_, truck_;
};

}  // namespace xunjie::street
