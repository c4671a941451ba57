#include "server/detector.h"

#include <spdlog/spdlog.h>

#include <string>
#include <utility>

#include "watch/detect/model_detector.h"

namespace xunjie::server {

Result<std::shared_ptr<ports::Detector>> open_detector(const std::filesystem::path& model) {
  const std::string engine = watch::engine_name();
  if (model.empty()) {
    spdlog::info("detector: no --model; the zones' rules alone decide ({})",
                 engine.empty() ? "built without OpenVINO" : engine);
    return std::shared_ptr<ports::Detector>();
  }
  if (engine.empty()) {
    spdlog::warn("detector: built without OpenVINO, {} is not used; the zones' rules alone decide",
                 model.string());
    return std::shared_ptr<ports::Detector>();
  }
  auto opened = watch::ModelDetector::open(model);
  if (!opened.ok()) {
    if (!opened.error().detail.empty()) spdlog::error("detector: {}", opened.error().detail);
    return std::move(opened).error();
  }
  std::shared_ptr<ports::Detector> detector = std::move(*opened);
  spdlog::info("detector: {} with {} classes, {}", detector->info().name,
               detector->info().classes.size(), engine);
  return detector;
}

void read_detector(const ports::Detector* model, const std::optional<watch::DetectCounts>& counts,
                   std::vector<http::GaugeReading>& gauges) {
  const std::string engine = watch::engine_name();
  gauges.push_back({"xunjie_detector_ready",
                    "1 when a model names candidates, 0 when the zones' rules alone decide",
                    {{"engine", engine.empty() ? "none" : engine},
                     {"model", model != nullptr ? model->info().name : "none"}},
                    model != nullptr ? 1.0 : 0.0});
  if (!counts) return;
  const auto word = [&](const char* name, std::uint64_t value) {
    gauges.push_back({"xunjie_detector_candidates",
                      "Candidates asked about since the start, by what was said",
                      {{"said", name}},
                      static_cast<double>(value)});
  };
  word("violation", counts->violations);
  word("ignored", counts->ignored);
  word("nothing", counts->nothing);
  word("failed", counts->failed);
  gauges.push_back({"xunjie_detector_pictures",
                    "Whole pictures of cameras on cars looked through since the start",
                    {},
                    static_cast<double>(counts->pictures)});
  gauges.push_back({"xunjie_detector_refused",
                    "Pictures refused because the detector's queue was full",
                    {},
                    static_cast<double>(counts->refused)});
  gauges.push_back(
      {"xunjie_detector_seconds", "Seconds spent asking the detector", {}, counts->seconds});
}

}  // namespace xunjie::server
