// One recording of a car's camera through the whole picture path: packets, the distance clock, the
// decoder, the guards, the detector's boxes with the appearance measured in the picture, the drive.
//
// Blocking, on the caller's thread. Only pictures that are due are decoded; those between keyframes
// need the run since the last one, so a car that moves costs up to a full decode and a car that
// stands one keyframe a minute.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "base/result.h"
#include "watch/options.h"
#include "watch/vehicle/distance_clock.h"
#include "watch/vehicle/drive.h"

namespace xunjie::watch::vehicle {

struct RecordedDriveStats {
  int looks = 0;   // pictures decoded
  int placed = 0;  // of them with a known position
  int unseen = 0;  // of them without the detector's word
  double media_s = 0;
};

struct DriveEars {
  std::function<void(const PassReport&)> pass;
  std::function<void(ports::CameraState, UtcMicros)> health;
};

// The boxes of one picture; nullopt: the detector did not look at it. `bgr` is the whole picture.
using Detect =
    std::function<std::optional<std::vector<Detection>>(const cv::Mat& bgr, Micros media)>;

// Judges `source`, whose first picture was taken at `start` on the camera's clock, and ends the
// last pass. Detections without an appearance get it measured. Errors: unavailable (cannot be read,
// no picture), timeout.
Result<RecordedDriveStats> judge_recording(Drive& drive, const Track& track,
                                           const DistanceClockOptions& clock,
                                           const std::string& source, UtcMicros start,
                                           const WatchOptions& options, const Detect& detect,
                                           const DriveEars& ears);

}  // namespace xunjie::watch::vehicle
