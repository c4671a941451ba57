// A detector made of a model and its description.
#pragma once

#include <memory>

#include "ports/detector.h"
#include "watch/detect/engine.h"
#include "watch/detect/model_description.h"

namespace xunjie::watch {

inline constexpr std::size_t kDetectorBatch = 8;  // pictures of one run, at the most

class ModelDetector final : public ports::Detector {
 public:
  // Reads model.json, loads the model, checks that both fit. Errors: as model_from_file,
  // Engine::open and plan_head; the message says what was expected and what was found.
  static Result<std::unique_ptr<ModelDetector>> open(const std::filesystem::path& model_json);
  // With an engine of the caller's.
  static Result<std::unique_ptr<ModelDetector>> with(ModelDescription model,
                                                     std::unique_ptr<Engine> engine);

  Result<std::vector<std::vector<ports::Detection>>> detect(
      std::span<const ports::DetectorAsk> asks) override;
  [[nodiscard]] const ports::DetectorInfo& info() const override { return model_.info; }

 private:
  ModelDetector(ModelDescription model, std::unique_ptr<Engine> engine, HeadPlan plan);
  Result<void> run(std::span<const ports::DetectorAsk> asks,
                   std::vector<std::vector<ports::Detection>>& out);

  ModelDescription model_;
  std::unique_ptr<Engine> engine_;
  HeadPlan plan_;
  std::vector<float> input_;
};

}  // namespace xunjie::watch
