// Pictures of the made-up street: the demonstration's rendered things, people and vans, pasted
// where they truly stand before a plain street.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "car_sim.h"

namespace xunjie::accuracy {

class Painter {
 public:
  // `scenes` is demo/scenes.
  Painter(const std::string& scenes, int width, int height);

  [[nodiscard]] bool ready() const;
  // Farthest first; the ground's pattern moves with the way, so that no two pictures are alike.
  // `light` 1 is the day.
  [[nodiscard]] cv::Mat paint(const std::vector<TrueBox>& picture, double way_m,
                              double light) const;

 private:
  struct Sprite {
    cv::Mat bgr, alpha;
  };
  void read(const std::string& label, const std::string& file, const cv::Rect& cell = {});
  void put(const TrueBox& what, cv::Mat& out) const;

  std::map<std::string, std::vector<Sprite>> sprites_;  // by label
  cv::Mat texture_;
};

}  // namespace xunjie::accuracy
