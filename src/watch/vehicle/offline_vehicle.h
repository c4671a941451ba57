// `xunjie watch --offline` for a camera of kind vehicle: the same lines as for a fixed camera, and
// in raised lines "position":{"lon","lat","error_m"}, with "shop" and "shop_confidence" where
// frontages are given.
#pragma once

#include <cstdio>
#include <string>

#include "base/result.h"
#include "ports/detector.h"
#include "ports/watching.h"
#include "watch/options.h"
#include "watch/vehicle/setup.h"

namespace xunjie::watch::vehicle {

// Boxes come from track.detections or, where none is named, from `detector`. Errors:
// invalid_argument (neither is there: without a detector a moving camera sees nothing; start, when
// the track does not cover the recording), and those of read_track, DetectionFile and
// judge_recording.
Result<void> watch_drive(const ports::CameraConfig& camera, const Setup& setup,
                         const std::string& source, UtcMicros start, const WatchOptions& options,
                         std::FILE* out, ports::Detector* detector = nullptr);

}  // namespace xunjie::watch::vehicle
