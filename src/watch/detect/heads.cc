#include "watch/detect/heads.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace xunjie::watch {
namespace {

using Dims = std::vector<std::int64_t>;

std::string text_of(std::int64_t dim) {
  return dim < 0 ? "?" : std::to_string(dim);
}

std::string text_of(const Dims& dims) {
  std::string out = "[";
  for (std::size_t i = 0; i < dims.size(); ++i) out += (i > 0 ? ", " : "") + text_of(dims[i]);
  return out + "]";
}

std::string text_of(std::span<const TensorShape> outputs) {
  std::string out;
  for (const auto& output : outputs)
    out += (out.empty() ? "" : ", ") + output.name + " " + text_of(output.dims);
  return out.empty() ? "nothing" : out;
}

// −1 fits anything, on either side.
bool fits(const Dims& found, const Dims& wanted) {
  if (found.size() != wanted.size()) return false;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i] >= 0 && wanted[i] >= 0 && found[i] != wanted[i]) return false;
  }
  return true;
}

std::optional<std::size_t> find(std::span<const TensorShape> outputs, const Dims& wanted,
                                std::optional<std::size_t> but = std::nullopt,
                                std::string_view named = "") {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (i == but || !fits(outputs[i].dims, wanted)) continue;
    if (!named.empty() && outputs[i].name.find(named) != std::string::npos) return i;
    if (!found) found = i;
  }
  return found;
}

Error mismatch(const ModelDescription& model, const std::string& wanted,
               std::span<const TensorShape> outputs) {
  return make_error(ErrorCode::invalid_argument,
                    "head: \"" + std::string(name_of(model.head)) + "\" with " +
                        std::to_string(model.info.classes.size()) + " classes and input " +
                        std::to_string(model.input.width) + "x" +
                        std::to_string(model.input.height) + " needs " + wanted +
                        "; the model gives " + text_of(outputs),
                    "head");
}

Result<HeadPlan> plan_single(const ModelDescription& model, HeadPlan plan, const Dims& wanted,
                             std::span<const TensorShape> outputs) {
  const auto at = find(outputs, wanted, std::nullopt, "output");
  if (!at) return mismatch(model, text_of(wanted), outputs);
  plan.first = *at;
  return plan;
}

Result<HeadPlan> plan_rtdetr(const ModelDescription& model, HeadPlan plan,
                             std::span<const TensorShape> outputs) {
  const auto classes = static_cast<std::int64_t>(plan.classes);
  const auto boxes = find(outputs, {-1, -1, 4}, std::nullopt, "box");
  const auto logits = find(outputs, {-1, -1, classes}, boxes, "logit");
  const auto labels = find(outputs, {-1, -1}, std::nullopt, "label");
  const auto scores = find(outputs, {-1, -1}, labels, "score");
  if (boxes && logits) {
    plan.first = *logits;
    plan.boxes = *boxes;
    return plan;
  }
  if (boxes && labels && scores) {
    plan.labelled = true;
    plan.first = *labels;
    plan.boxes = *boxes;
    plan.scores = *scores;
    return plan;
  }
  return mismatch(model,
                  "logits " + text_of(Dims{-1, -1, classes}) +
                      " and boxes [?, ?, 4], or labels [?, ?], boxes [?, ?, 4] and scores [?, ?]",
                  outputs);
}

Result<HeadPlan> plan_ssd(const ModelDescription& model, HeadPlan plan,
                          std::span<const TensorShape> outputs) {
  const auto classes = static_cast<std::int64_t>(plan.classes);
  if (const auto rows = find(outputs, {1, 1, -1, 7})) {
    plan.labelled = true;
    plan.first = *rows;
    return plan;
  }
  const auto boxes = find(outputs, {-1, -1, 4}, std::nullopt, "box");
  const auto scores = find(outputs, {-1, -1, classes + 1}, boxes, "score");
  if (!boxes || !scores) {
    return mismatch(model,
                    "scores " + text_of(Dims{-1, -1, classes + 1}) +
                        " (background first) and boxes [?, ?, 4], or rows [1, 1, ?, 7]",
                    outputs);
  }
  plan.first = *scores;
  plan.boxes = *boxes;
  return plan;
}

// The part of a run's tensor that belongs to one picture; nullopt when it has no such part.
std::optional<std::span<const float>> part_of(const TensorView& tensor, std::size_t image) {
  std::size_t size = 1;
  for (std::size_t i = 1; i < tensor.dims.size(); ++i) size *= tensor.dims[i];
  if (tensor.dims.empty() || image >= tensor.dims[0] || tensor.values.size() < (image + 1) * size)
    return std::nullopt;
  return tensor.values.subspan(image * size, size);
}

Error strange(const char* what) {
  return make_error(
      ErrorCode::invalid_argument,
      std::string("head: the model's ") + what + " changed its shape between loading and running",
      "head");
}

Result<std::vector<RawBox>> decode_pair(const HeadPlan& plan, std::span<const TensorView> outputs,
                                        std::size_t image) {
  std::vector<RawBox> out;
  const auto first = part_of(outputs[plan.first], image);
  const auto boxes = part_of(outputs[plan.boxes], image);
  if (!first || !boxes) return strange("batch");
  const std::size_t count = boxes->size() / 4;
  if (plan.kind == HeadKind::rtdetr && plan.labelled) {
    const auto scores = part_of(outputs[plan.scores], image);
    if (!scores || scores->size() != count || first->size() != count) return strange("labels");
    decode_rtdetr_labelled(plan, *first, *boxes, *scores, out);
  } else {
    const std::size_t width = plan.classes + (plan.kind == HeadKind::ssd ? 1 : 0);
    if (first->size() != count * width) return strange("scores");
    if (plan.kind == HeadKind::ssd)
      decode_ssd(plan, *first, *boxes, out);
    else
      decode_rtdetr(plan, *first, *boxes, out);
  }
  return out;
}

Result<std::vector<RawBox>> decode_single(const HeadPlan& plan, const TensorView& tensor,
                                          std::size_t image) {
  std::vector<RawBox> out;
  if (plan.kind == HeadKind::ssd) {
    decode_ssd_rows(plan, tensor.values, image, out);
    return out;
  }
  const auto part = part_of(tensor, image);
  const std::size_t width = plan.classes + (plan.kind == HeadKind::yolov8 ? 4 : 5);
  if (!part || part->size() % width != 0) return strange("output");
  if (plan.kind == HeadKind::yolox && part->size() != width * grid_places(plan.width, plan.height))
    return strange("grid");
  if (plan.kind == HeadKind::yolox) decode_yolox(plan, *part, out);
  if (plan.kind == HeadKind::yolov5) decode_yolov5(plan, *part, out);
  if (plan.kind == HeadKind::yolov8) decode_yolov8(plan, *part, out);
  return out;
}

bool sound(const RawBox& box) {
  return std::isfinite(box.x0) && std::isfinite(box.y0) && std::isfinite(box.x1) &&
         std::isfinite(box.y1) && std::isfinite(box.score) && box.x1 > box.x0 && box.y1 > box.y0;
}

double overlap(const RawBox& a, const RawBox& b) {
  const double w = std::min(a.x1, b.x1) - std::max(a.x0, b.x0);
  const double h = std::min(a.y1, b.y1) - std::max(a.y0, b.y0);
  if (w <= 0 || h <= 0) return 0;
  const auto area = [](const RawBox& r) {
    return static_cast<double>(r.x1 - r.x0) * static_cast<double>(r.y1 - r.y0);
  };
  return w * h / (area(a) + area(b) - w * h);
}

}  // namespace

Result<HeadPlan> plan_head(const ModelDescription& model, std::span<const TensorShape> outputs) {
  HeadPlan plan;
  plan.kind = model.head;
  plan.width = model.input.width;
  plan.height = model.input.height;
  plan.classes = model.info.classes.size();
  plan.score = model.info.score;
  plan.nms = model.nms;
  const auto classes = static_cast<std::int64_t>(plan.classes);
  const auto places = static_cast<std::int64_t>(grid_places(plan.width, plan.height));
  switch (model.head) {
    case HeadKind::yolox:
      return plan_single(model, plan, {-1, places, 5 + classes}, outputs);
    case HeadKind::yolov5:
      return plan_single(model, plan, {-1, -1, 5 + classes}, outputs);
    case HeadKind::yolov8:
      return plan_single(model, plan, {-1, 4 + classes, -1}, outputs);
    case HeadKind::rtdetr:
      return plan_rtdetr(model, plan, outputs);
    case HeadKind::ssd:
      return plan_ssd(model, plan, outputs);
  }
  return make_error(ErrorCode::invalid_argument, "head: unknown", "head");
}

Result<std::vector<RawBox>> decode_head(const HeadPlan& plan, std::span<const TensorView> outputs,
                                        std::size_t image) {
  if (std::max({plan.first, plan.boxes, plan.scores}) >= outputs.size())
    return strange("list of outputs");
  const bool pair = plan.kind == HeadKind::rtdetr || (plan.kind == HeadKind::ssd && !plan.labelled);
  XUNJIE_TRY(boxes, pair ? decode_pair(plan, outputs, image)
                         : decode_single(plan, outputs[plan.first], image));
  std::erase_if(boxes, [](const RawBox& box) { return !sound(box); });
  // Overlap above 1 never happens: rtdetr's boxes are only sorted.
  return suppress(std::move(boxes), plan.kind == HeadKind::rtdetr ? 2.0 : plan.nms);
}

std::vector<RawBox> suppress(std::vector<RawBox> boxes, double most) {
  std::stable_sort(boxes.begin(), boxes.end(),
                   [](const RawBox& a, const RawBox& b) { return a.score > b.score; });
  if (boxes.size() > kMostCandidates) boxes.resize(kMostCandidates);
  std::vector<RawBox> kept;
  for (const RawBox& box : boxes) {
    if (kept.size() == kMostBoxes) break;
    const bool again = std::any_of(kept.begin(), kept.end(), [&](const RawBox& better) {
      return better.kind == box.kind && overlap(better, box) > most;
    });
    if (!again) kept.push_back(box);
  }
  return kept;
}

}  // namespace xunjie::watch
