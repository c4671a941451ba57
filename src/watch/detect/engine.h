// Runs a model. The one place that knows an inference engine; engine_openvino.cc is built where
// OpenVINO was found when configuring, engine_none.cc elsewhere.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "watch/detect/heads.h"

namespace xunjie::watch {

// "OpenVINO 2026.4.1…", or empty: this program was built without an engine.
std::string engine_name();

class Engine {
 public:
  // Loads and compiles; takes up to a second. `most_batch`: pictures a run will have at the most.
  // Errors: unavailable (built without an engine; message says what to do), invalid_argument (the
  // file is no model, or its input is not the described one: with both shapes).
  static Result<std::unique_ptr<Engine>> open(const std::filesystem::path& file,
                                              const ModelInput& input, std::size_t most_batch);
  virtual ~Engine() = default;

  [[nodiscard]] virtual const std::vector<TensorShape>& outputs() const = 0;
  // Pictures that one run takes at the most; exactly so many where the batch is fixed.
  [[nodiscard]] virtual std::size_t batch() const = 0;
  [[nodiscard]] virtual bool fixed_batch() const = 0;
  // One run of `count` pictures, one after the other in `input`. The views hold until the next run.
  // One thread at a time. Errors: unavailable.
  virtual Result<std::vector<TensorView>> run(std::span<const float> input, std::size_t count) = 0;
};

}  // namespace xunjie::watch
