// From a model's output tensors to boxes: one pure function per way models are exported.
//
//   yolox    [N, P, 5+C]   grid offsets and log sizes per place of strides 8, 16, 32; objectness
//   and
//                          class scores in 0..1
//   yolov5   [N, P, 5+C]   centre and size in input pixels, objectness and class scores in 0..1
//   yolov8   [N, 4+C, P]   centre and size in input pixels, class scores in 0..1 (also v11)
//   rtdetr   logits [N, Q, C] and boxes [N, Q, 4], centre and size in 0..1 of the input; or labels
//            [N, Q], boxes [N, Q, 4] (corners in input pixels) and scores [N, Q] (also D-FINE)
//   ssd      scores [N, P, 1+C], background first, and boxes [N, P, 4], corners in 0..1; or rows
//            [1, 1, Q, 7] of picture, label (0 = background), score and corners in 0..1
//
// Boxes come back as corners in input pixels, best first, after non-maximum suppression per class
// (not for rtdetr, which has none by design). Values that are not finite are skipped, never told.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "watch/detect/model_description.h"

namespace xunjie::watch {

inline constexpr std::size_t kMostBoxes = 100;        // told of one picture
inline constexpr std::size_t kMostCandidates = 3000;  // taken into suppression, best first

struct TensorShape {
  std::string name;
  std::vector<std::int64_t> dims;  // −1: any
};

// One output of one run; `values` has the product of `dims` entries.
struct TensorView {
  std::vector<std::size_t> dims;
  std::span<const float> values;
};

struct RawBox {
  float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  float score = 0;
  std::size_t kind = 0;
};

// What a head needs of a run, found once in the model's outputs.
struct HeadPlan {
  HeadKind kind = HeadKind::yolov8;
  int width = 0, height = 0;  // of the input
  std::size_t classes = 0;
  double score = 0, nms = 0;
  std::size_t first = 0, boxes = 0, scores = 0;  // which outputs; `first` the only one or logits
  bool labelled = false;                         // rtdetr with labels, ssd with rows of seven
};

// Finds the outputs a head wants. Errors: invalid_argument, with every shape expected and found.
Result<HeadPlan> plan_head(const ModelDescription& model, std::span<const TensorShape> outputs);

// Boxes of picture `image` of a run. Errors: invalid_argument when the tensors do not have the
// planned shapes (a model whose shapes depend on its input).
Result<std::vector<RawBox>> decode_head(const HeadPlan& plan, std::span<const TensorView> outputs,
                                        std::size_t image);

// The single decoders; `out` gets what reaches the plan's score, unordered.
void decode_yolox(const HeadPlan& plan, std::span<const float> rows, std::vector<RawBox>& out);
void decode_yolov5(const HeadPlan& plan, std::span<const float> rows, std::vector<RawBox>& out);
void decode_yolov8(const HeadPlan& plan, std::span<const float> columns, std::vector<RawBox>& out);
void decode_rtdetr(const HeadPlan& plan, std::span<const float> logits,
                   std::span<const float> boxes, std::vector<RawBox>& out);
void decode_rtdetr_labelled(const HeadPlan& plan, std::span<const float> labels,
                            std::span<const float> boxes, std::span<const float> scores,
                            std::vector<RawBox>& out);
void decode_ssd(const HeadPlan& plan, std::span<const float> scores, std::span<const float> boxes,
                std::vector<RawBox>& out);
void decode_ssd_rows(const HeadPlan& plan, std::span<const float> rows, std::size_t image,
                     std::vector<RawBox>& out);

// Keeps the best of those that overlap by more than `most` (intersection over union) and have one
// class; best first, equal scores in the order they came.
std::vector<RawBox> suppress(std::vector<RawBox> boxes, double most);

// Places of a YOLOX grid of this input: strides 8, 16, 32, row by row.
std::size_t grid_places(int width, int height);

}  // namespace xunjie::watch
