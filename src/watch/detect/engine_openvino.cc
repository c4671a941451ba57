#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <utility>

#include <openvino/openvino.hpp>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

#include "watch/detect/engine.h"

namespace xunjie::watch {
namespace {

std::string text_of(const ov::PartialShape& shape) {
  std::string text = shape.to_string();  // [?,3,192,320], ranges as 1..8
  return text;
}

// OpenVINO speaks in exceptions; their texts name its own source lines, which are for the log.
Error failed(ErrorCode code, const std::string& message, const std::exception& error) {
  return {code, message, "model", error.what()};
}

TensorShape shape_of(const ov::Output<const ov::Node>& output) {
  TensorShape shape;
  const auto& names = output.get_names();
  shape.name = names.empty() ? "output" : *std::min_element(names.begin(), names.end());
  const ov::PartialShape dims = output.get_partial_shape();
  if (dims.rank().is_dynamic()) return shape;
  for (const auto& dim : dims) shape.dims.push_back(dim.is_static() ? dim.get_length() : -1);
  return shape;
}

struct Batch {
  std::size_t most = 1;
  bool fixed = false;
};

class OpenVinoEngine final : public Engine {
 public:
  OpenVinoEngine(const ov::CompiledModel& model, const ModelInput& input, Batch batch,
                 std::size_t images, std::vector<TensorShape> outputs)
      : request_(ov::CompiledModel(model).create_infer_request()),
        input_(input),
        batch_(batch),
        images_(images),
        outputs_(std::move(outputs)),
        inputs_(model.inputs().size()) {}

  [[nodiscard]] const std::vector<TensorShape>& outputs() const override { return outputs_; }
  [[nodiscard]] std::size_t batch() const override { return batch_.most; }
  [[nodiscard]] bool fixed_batch() const override { return batch_.fixed; }

  Result<std::vector<TensorView>> run(std::span<const float> input, std::size_t count) override {
    try {
      const auto h = static_cast<std::size_t>(input_.height);
      const auto w = static_cast<std::size_t>(input_.width);
      const ov::Shape shape =
          input_.channels_last ? ov::Shape{count, h, w, 3} : ov::Shape{count, 3, h, w};
      ov::Tensor images(ov::element::f32, shape);
      std::memcpy(images.data<float>(), input.data(), input.size_bytes());
      request_.set_input_tensor(images_, images);
      if (inputs_ == 2) request_.set_input_tensor(1 - images_, sizes(count));
      request_.infer();
      return views();
    } catch (const std::exception& error) {
      return failed(ErrorCode::unavailable, "model: a run failed", error);
    }
  }

 private:
  // RT-DETR's second input: the size its boxes are told in. The input's own, so that all heads
  // speak of input pixels.
  [[nodiscard]] ov::Tensor sizes(std::size_t count) const {
    ov::Tensor tensor(ov::element::i64, ov::Shape{count, 2});
    for (std::size_t i = 0; i < count; ++i) {
      tensor.data<std::int64_t>()[i * 2] = input_.width;
      tensor.data<std::int64_t>()[i * 2 + 1] = input_.height;
    }
    return tensor;
  }

  std::vector<TensorView> views() {
    std::vector<TensorView> out;
    values_.resize(outputs_.size());
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      const ov::Tensor tensor = request_.get_output_tensor(i);
      const std::size_t size = tensor.get_size();
      values_[i].resize(size);
      if (tensor.get_element_type() == ov::element::f32)
        std::copy_n(tensor.data<float>(), size, values_[i].begin());
      else if (tensor.get_element_type() == ov::element::i64)
        std::transform(tensor.data<std::int64_t>(), tensor.data<std::int64_t>() + size,
                       values_[i].begin(), [](auto v) { return static_cast<float>(v); });
      else if (tensor.get_element_type() == ov::element::i32)
        std::transform(tensor.data<std::int32_t>(), tensor.data<std::int32_t>() + size,
                       values_[i].begin(), [](auto v) { return static_cast<float>(v); });
      else
        throw std::runtime_error("output of an element type that is not read");
      out.push_back({tensor.get_shape(), values_[i]});
    }
    return out;
  }

  ov::InferRequest request_;
  ModelInput input_;
  Batch batch_;
  std::size_t images_;
  std::vector<TensorShape> outputs_;
  std::size_t inputs_;
  std::vector<std::vector<float>> values_;
};

// Which input takes the pictures; a second one of two numbers a picture is RT-DETR's.
std::size_t image_input(const ov::Model& model) {
  for (std::size_t i = 0; i < model.inputs().size(); ++i) {
    if (model.input(i).get_partial_shape().rank() == 4) return i;
  }
  return 0;
}

Result<Batch> batch_of(const ov::Model& model, std::size_t images, const ModelInput& input,
                       std::size_t most) {
  const ov::PartialShape found = model.input(images).get_partial_shape();
  const ov::PartialShape wanted = input.channels_last
                                      ? ov::PartialShape{-1, input.height, input.width, 3}
                                      : ov::PartialShape{-1, 3, input.height, input.width};
  const bool fits = model.inputs().size() <= 2 && found.compatible(wanted) &&
                    model.input(images).get_element_type() == ov::element::f32;
  if (!fits) {
    return make_error(ErrorCode::invalid_argument,
                      "input: described is " + text_of(wanted) + " of f32; the model takes " +
                          text_of(found) + " of " +
                          model.input(images).get_element_type().to_string(),
                      "input");
  }
  if (found[0].is_dynamic()) return Batch{most, false};
  return Batch{static_cast<std::size_t>(found[0].get_length()), true};
}

Result<std::unique_ptr<Engine>> load(const std::filesystem::path& file, const ModelInput& input,
                                     std::size_t most) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // oneTBB otherwise loads a helper in a way that sanitizers end the process for.
  ::setenv("TBB_ENABLE_SANITIZERS", "1", 1);  // NOLINT(concurrency-mt-unsafe): before its threads
#endif
#if defined(__SANITIZE_ADDRESS__)
  // Its reader of files leaves eight bytes behind when it refuses one.
  const __lsan::ScopedDisabler its_own;
#endif
  ov::Core core;
  const std::shared_ptr<ov::Model> model = core.read_model(file.string());
  const std::size_t images = image_input(*model);
  XUNJIE_TRY(batch, batch_of(*model, images, input, most));
  // One thread: judging has the other cores, and a batch amortises what a run costs.
  const ov::CompiledModel compiled = core.compile_model(
      model, "CPU", ov::inference_num_threads(1), ov::num_streams(1),
      ov::hint::enable_cpu_pinning(false), ov::hint::inference_precision(ov::element::f32));
  std::vector<TensorShape> outputs;
  for (const auto& output : compiled.outputs()) outputs.push_back(shape_of(output));
  return std::unique_ptr<Engine>(
      std::make_unique<OpenVinoEngine>(compiled, input, batch, images, std::move(outputs)));
}

}  // namespace

std::string engine_name() {
  return std::string("OpenVINO ") + ov::get_openvino_version().buildNumber;
}

Result<std::unique_ptr<Engine>> Engine::open(const std::filesystem::path& file,
                                             const ModelInput& input, std::size_t most_batch) {
  try {
    return load(file, input, most_batch);
  } catch (const std::exception& error) {
    return failed(
        ErrorCode::invalid_argument,
        "file: " + file.string() +
            " is no model OpenVINO can load; right is an ONNX file (opset 11 or later) or "
            "an OpenVINO .xml with its .bin",
        error);
  }
}

}  // namespace xunjie::watch
