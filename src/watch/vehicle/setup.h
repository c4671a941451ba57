// The `mounting`, `track` and `frontages` sections of a vehicle camera's CAMERA.json.
//
//   "mounting":  {"height_m":1.9, "yaw_deg":45, "pitch_deg":4, "hfov_deg":90,
//                 "forward_m"?:0, "right_m"?:0}
//   "track":     {"source":"drive.nmea" | "drive.gpx" | "tcp://HOST:PORT", "clock_offset_s"?:0,
//                 "gps_error_m"?:8, "look_every_m"?:4, "detections"?:"boxes.jsonl"}
//   "frontages"?: [{"shop","position":{"lon","lat"},"frontage_m"?,"faces_deg"?}, …]   at most 5000
//
// Relative file names are relative to CAMERA.json's folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/matching.h"
#include "watch/vehicle/mounting.h"

namespace xunjie::watch::vehicle {

struct Setup {
  Mounting mounting;
  std::string track;
  Micros clock_offset;  // camera clock minus receiver clock
  double gps_error_m = 8;
  double look_every_m = 4;
  std::string detections;  // empty: none
  std::vector<domain::ShopPlace> frontages;
};

// From the whole document. Errors: invalid_argument with the field's path.
Result<Setup> setup_from_json(std::string_view text);

}  // namespace xunjie::watch::vehicle
