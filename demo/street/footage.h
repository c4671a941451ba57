// Real footage played in a loop: decoded frame by frame, never held as a whole.
#pragma once

#include <memory>
#include <string>

#include <opencv2/core.hpp>

#include "base/result.h"

namespace xunjie::street {

class Footage {
 public:
  static Result<std::unique_ptr<Footage>> open(const std::string& file);
  virtual ~Footage() = default;

  // The next frame as BGR; starts over at the end. The error says what the decoder said.
  virtual Result<void> next(cv::Mat& frame) = 0;
  [[nodiscard]] virtual double frames_per_second() const = 0;
};

// Where Debian's opencv-doc keeps `name`, or `name` itself when it is a path that exists.
Result<std::string> find_footage(const std::string& name);

}  // namespace xunjie::street
