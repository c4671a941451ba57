// The sprite atlas of demo/scenes/atlas: sheets of people, riders and vehicles by turn and pose,
// and the characters of the clock.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "base/result.h"

namespace xunjie::street {

struct Sheet {
  std::string name;
  std::string kind;  // person, carrier, rider, vehicle
  cv::Size cell;
  double px_per_m = 90;
  std::vector<int> turns;  // degrees, one a row: 0 away, 90 right, 180 towards the camera
  int poses = 1;
  int strides = 8;
  cv::Point2d foot;  // ground point inside a cell
  cv::Mat picture;   // BGR
  cv::Mat alpha;

  // The cell that shows a heading of `turn` degrees (-180..180, right positive).
  [[nodiscard]] cv::Rect rect(double turn, int pose) const;
};

struct Atlas {
  std::vector<Sheet> sheets;
  cv::Mat clock;  // BGRA, 13 cells of equal width: 0123456789-: and space

  [[nodiscard]] std::vector<const Sheet*> of_kind(const std::string& kind) const;
  [[nodiscard]] const Sheet* named(const std::string& name) const;
};

Result<Atlas> load_atlas(const std::filesystem::path& folder);

}  // namespace xunjie::street
