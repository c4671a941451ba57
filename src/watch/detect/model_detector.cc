#include "watch/detect/model_detector.h"

#include <algorithm>
#include <utility>

#include "watch/detect/region.h"

namespace xunjie::watch {

ModelDetector::ModelDetector(ModelDescription model, std::unique_ptr<Engine> engine, HeadPlan plan)
    : model_(std::move(model)), engine_(std::move(engine)), plan_(plan) {}

Result<std::unique_ptr<ModelDetector>> ModelDetector::open(const std::filesystem::path& path) {
  XUNJIE_TRY(model, model_from_file(path));
  XUNJIE_TRY(engine, Engine::open(model.file, model.input, kDetectorBatch));
  return with(std::move(model), std::move(engine));
}

Result<std::unique_ptr<ModelDetector>> ModelDetector::with(ModelDescription model,
                                                           std::unique_ptr<Engine> engine) {
  XUNJIE_TRY(plan, plan_head(model, engine->outputs()));
  return std::unique_ptr<ModelDetector>(
      new ModelDetector(std::move(model), std::move(engine), plan));
}

Result<std::vector<std::vector<ports::Detection>>> ModelDetector::detect(
    std::span<const ports::DetectorAsk> asks) {
  std::vector<std::vector<ports::Detection>> out;
  out.reserve(asks.size());
  while (out.size() < asks.size()) {
    const std::size_t left = asks.size() - out.size();
    XUNJIE_TRY_VOID(run(asks.subspan(out.size(), std::min(left, engine_->batch())), out));
  }
  return out;
}

// One run of at most a batch. A model with a fixed batch gets the rest of it empty.
Result<void> ModelDetector::run(std::span<const ports::DetectorAsk> asks,
                                std::vector<std::vector<ports::Detection>>& out) {
  const std::size_t size = 3 * static_cast<std::size_t>(model_.input.width) *
                           static_cast<std::size_t>(model_.input.height);
  const std::size_t count = engine_->fixed_batch() ? engine_->batch() : asks.size();
  input_.assign(size * count, 0.0F);
  std::vector<RegionPlan> plans;
  for (std::size_t i = 0; i < asks.size(); ++i) {
    XUNJIE_TRY(plan, plan_region(asks[i], model_));
    fill_input(asks[i].picture, plan, model_.input, std::span(input_).subspan(i * size, size));
    plans.push_back(plan);
  }
  XUNJIE_TRY(tensors, engine_->run(input_, count));
  for (std::size_t i = 0; i < asks.size(); ++i) {
    XUNJIE_TRY(boxes, decode_head(plan_, tensors, i));
    out.push_back(to_picture(boxes, plans[i], asks[i].picture));
  }
  return {};
}

}  // namespace xunjie::watch
