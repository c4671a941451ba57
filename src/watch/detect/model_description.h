// model.json: how a model somebody brings is fed and read. docs/ref/model-json.md is its reference.
//
// Everything the program has to know is said in the file and checked when it is read; what can only
// be seen in the model itself (names and shapes of its outputs) is checked when it is loaded.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/detector.h"

namespace xunjie::watch {

enum class HeadKind { yolox, yolov5, yolov8, rtdetr, ssd };
std::string_view name_of(HeadKind kind);

// How the region's surroundings are brought to the model's input size.
enum class Fit {
  letterbox,         // same shape, centred, the rest filled
  letterbox_corner,  // same shape, at the upper left (YOLOX), the rest filled
  stretch,
};

struct ModelInput {
  int width = 0, height = 0;
  bool channels_last = false;                        // NHWC
  bool rgb = true;                                   // else BGR
  std::array<float, 3> mean{0, 0, 0}, std{1, 1, 1};  // value = (byte - mean) / std, model's order
  Fit fit = Fit::letterbox;
  int pad = 114;
};

struct ModelDescription {
  std::filesystem::path file;  // the ONNX or OpenVINO IR file, absolute or as found
  ModelInput input;
  HeadKind head = HeadKind::yolov8;
  double nms = 0.5;           // boxes of one class that overlap more are one; unused by rtdetr
  double surroundings = 2.0;  // the looked-at region is this many times the candidate's box
  ports::DetectorInfo info;
};

// Errors: invalid_argument whose field is the path in the document, saying what was found and what
// would be right.
Result<ModelDescription> model_from_json(std::string_view text);
// `file` is taken from the folder the description lies in. Errors: not_found, too_large (1 MiB), as
// above.
Result<ModelDescription> model_from_file(const std::filesystem::path& path);

}  // namespace xunjie::watch
