// What watching one camera costs, measured against decoding every frame of the same file in the
// same run. Both passes run on the calling thread and are counted in its CPU time.
#pragma once

#include <string>

#include "base/result.h"

namespace xunjie::bench {

// One JSON object: cpu_s_per_camera_hour, decode_all_cpu_s_per_camera_hour, ratio, looks, media_s,
// and the picture's width, height and codec. `camera` is a CAMERA.json; empty: one zone over the
// whole picture with a dwell of 180 s. Errors: as for watching the file offline.
Result<std::string> run_watch_bench(const std::string& source, const std::string& camera = {});

}  // namespace xunjie::bench
