// The pictures of a clip in memory, one after the other. Not thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include <opencv2/core.hpp>

#include "base/result.h"
#include "base/time.h"

namespace xunjie::evidence {

class ClipFrames {
 public:
  struct Frame {
    cv::Mat bgr;
    Micros at;  // since the clip's first picture
  };
  // `bytes` must outlive the object. Errors: corrupt.
  static Result<ClipFrames> open(std::span<const std::byte> bytes);
  ClipFrames(ClipFrames&&) noexcept;
  ~ClipFrames();

  [[nodiscard]] Micros duration() const;
  // The next picture at or after `from`, at most `width_max` wide and of even sides; those before
  // are decoded but not converted. nullopt at the end; damaged pictures are passed over.
  std::optional<Frame> next(Micros from, int width_max);

 private:
  struct Body;
  explicit ClipFrames(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace xunjie::evidence
