// What a detector says about one picture of a camera on a car. Whoever detects (a model here, a box
// of the car's own) hands these in; nothing below knows which.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "domain/geo.h"

namespace xunjie::watch::vehicle {

struct Detection {
  domain::PictureBox box;  // 0..1; its lower edge is where the thing touches the ground
  std::string label;       // the detector's class: goods, stall, person, vehicle …
  double score = 0;
  // Unit length, compared by dot product (appearance.h); empty: not known.
  std::vector<float> appearance;
};

struct VehicleLook {
  UtcMicros at;              // camera clock
  double aspect = 16.0 / 9;  // width / height
  bool sound = true;         // false: dark, blurred, blocked: proves neither presence nor absence
  std::vector<Detection> detections;  // at most kMaxDetections are used, the surest first
};
constexpr std::size_t kMaxDetections = 200;

}  // namespace xunjie::watch::vehicle
