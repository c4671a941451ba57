// A camera's zones drawn onto the cell grid, and which zone an object's foot stands in.
#pragma once

#include <optional>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "ports/watching.h"
#include "watch/picture.h"

namespace xunjie::watch {

struct Footing {
  std::size_t zone = 0;  // index into the camera's zones
  double share = 0;      // of the foot inside it
  double permitted = 0;  // of the foot inside permitted zones that are open at the time
  UtcMicros
      permitted_until;  // the latest moment up to the time at which it was permitted; 0 = never
};

class ZoneMap {
 public:
  ZoneMap(const std::vector<ports::Zone>& zones, GridSize grid, Micros local_offset);

  // The watched zone that most of the object's foot stands in; nullopt when less than `least` of it
  // stands in any. `object` is CV_8U over the grid. The foot is the lowest cells of the object's
  // lower third: what rises behind it may cover other zones.
  [[nodiscard]] std::optional<Footing> footing(const cv::Mat& object, const cv::Rect& box,
                                               UtcMicros at, double least) const;
  // Cells of the zone.
  [[nodiscard]] const cv::Mat& mask(std::size_t zone) const { return masks_[zone]; }
  // Cells in no zone that watches anything.
  [[nodiscard]] const cv::Mat& outside() const { return outside_; }

 private:
  std::vector<ports::Zone> zones_;
  Micros local_offset_;
  std::vector<cv::Mat> masks_;
  cv::Mat outside_;
};

// Minutes into the local day.
int local_minute(UtcMicros at, Micros local_offset);
bool within_hours(const std::vector<ports::MinuteSpan>& hours, int minute);

}  // namespace xunjie::watch
