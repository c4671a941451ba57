// From a region of a camera's picture to a model's input, and from its boxes back.
//
// Not the whole picture is looked at but the candidate's surroundings in full resolution: a crate
// 200 pixels wide stays 200 pixels wide whatever the model's input is. Thread-safe: no state.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "ports/detector.h"
#include "watch/detect/heads.h"
#include "watch/detect/model_description.h"

namespace xunjie::watch {

// Pixels of the picture that are looked at, inside it, and how they lie in the model's input.
struct RegionPlan {
  int x = 0, y = 0, width = 0, height = 0;  // of the picture, pixels
  double scale_x = 1, scale_y = 1;          // input pixels a picture pixel
  double offset_x = 0, offset_y = 0;        // where the part begins in the input
};

// The region grown by `surroundings` (unless it is meant alone) and to the input's shape, moved
// into the picture.
// Errors: invalid_argument (an empty picture, a region outside it).
Result<RegionPlan> plan_region(const ports::DetectorAsk& ask, const ModelDescription& model);

// Fills `input` (3 × height × width floats) as the description says.
void fill_input(const ports::PictureView& picture, const RegionPlan& plan, const ModelInput& how,
                std::span<float> input);

// Boxes of the input as boxes of the picture, cut to it; what lies outside is dropped.
std::vector<ports::Detection> to_picture(std::span<const RawBox> boxes, const RegionPlan& plan,
                                         const ports::PictureView& picture);

}  // namespace xunjie::watch
