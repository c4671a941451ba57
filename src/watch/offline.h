// `xunjie watch --offline`: a recorded file at full speed, with its own media time as the clock.
#pragma once

#include <cstdio>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "ports/detector.h"
#include "ports/watching.h"
#include "watch/options.h"

namespace xunjie::watch {

struct OfflineOptions {
  std::string camera;  // CAMERA.json
  std::string source;  // file or URL
  std::string out;     // FINDINGS.jsonl; "-" or empty: standard output
  std::string start;   // local time of the first picture, "HH:MM[:SS]", or RFC 3339;
                       // empty: midnight
  std::string model;   // model.json; empty: the zones' rules alone
  WatchOptions watch;
};

struct RecordingStats {
  int looks = 0;       // pictures decoded and judged
  double media_s = 0;  // of the last packet
  int raised = 0;
};

// Judges one recording and writes FINDINGS.jsonl to `out`; `start` is the time of its first
// picture; `detector` answers its candidates, without one the zones' rules alone decide. Errors:
// unavailable (cannot be read, shows no picture, writing failed).
Result<RecordingStats> watch_recording(const ports::CameraConfig& camera, const std::string& source,
                                       UtcMicros start, const WatchOptions& options, std::FILE* out,
                                       ports::Detector* detector = nullptr);

// Writes one JSON line per finding raised or cleared and per change of the camera's state; times in
// media seconds. Returns the exit status, 0. Errors: invalid_argument and not_found name the option
// or field; unavailable when the source cannot be read or shows no picture at all.
Result<int> run_offline(const OfflineOptions& options);

}  // namespace xunjie::watch
