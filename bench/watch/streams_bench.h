// What watching live cameras costs and how evenly they are looked at: the product's own LiveWatcher
// on RTSP sources, with findings and pictures going nowhere.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace xunjie::bench {

struct StreamsOptions {
  std::vector<std::string> urls;  // cameras take them in turn
  int cameras = 1;
  Micros warm_up = seconds(20);  // after all are up: learning the street is no steady state
  Micros measured = seconds(60);
};

// One JSON object, CPU seconds per camera-hour: receive, decode, judge, total (the whole process);
// seconds until all cameras were seen; looks, the time between two looks of a camera (p50, p99,
// worst), cameras not looked at within a minute (starved), packets and damaged ones; memory per
// camera beyond its ring and how it changed while measuring. Errors: timeout (not all cameras could
// be seen within two minutes), invalid_argument.
Result<std::string> run_streams_bench(const StreamsOptions& options);

}  // namespace xunjie::bench
