// The model a watcher names things with, and what it tells about itself.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "http/metrics.h"
#include "ports/detector.h"
#include "watch/detect/detect_counts.h"

namespace xunjie::server {

// The detector of this model.json, or nothing when none was asked for, or when the program was
// built without an engine; either way the log says what judges. Errors: a description or model that
// does not fit, saying what was expected and what was found.
Result<std::shared_ptr<ports::Detector>> open_detector(const std::filesystem::path& model);

// `model` may be null. Gauges are there in either case, so that a missing detector can be seen.
void read_detector(const ports::Detector* model, const std::optional<watch::DetectCounts>& counts,
                   std::vector<http::GaugeReading>& gauges);

}  // namespace xunjie::server
