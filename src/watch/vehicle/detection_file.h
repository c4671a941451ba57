// Boxes that a detector of the car's own wrote beside its recording: one JSON line per picture,
//
//   {"at":12.40,"boxes":[{"box":[x,y,w,h],"label":"goods","score":0.83}, …]}
//
// `at` in media seconds, rising; boxes in 0..1. A picture with nothing in it has a line with no
// boxes: a missing line means that nobody looked. At most 1,000,000 lines of 64 KiB.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "watch/vehicle/observation.h"

namespace xunjie::watch::vehicle {

class DetectionFile {
 public:
  // Errors, field "track.detections": not_found, too_large, invalid_argument with line and field.
  static Result<DetectionFile> read(const std::string& path);

  // What was seen in the picture at this time, within 50 ms; nullptr: nobody looked.
  [[nodiscard]] const std::vector<Detection>* at(Micros media) const;

 private:
  struct Line {
    Micros at;
    std::vector<Detection> detections;
  };
  static Result<Line> line_from(const std::string& text, const std::string& where);
  std::vector<Line> lines_;
};

}  // namespace xunjie::watch::vehicle
