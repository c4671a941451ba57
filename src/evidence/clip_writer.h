// An MP4 in memory from pictures: VP9 through libvpx, which every browser plays and which, unlike
// x264, is not under the GPL (docs/adr). Not thread-safe.
#pragma once

#include <memory>
#include <vector>

#include <opencv2/core.hpp>

#include "base/result.h"
#include "base/time.h"

namespace xunjie::evidence {

class ClipWriter {
 public:
  // Sides must be even. Errors: unavailable (this FFmpeg has no VP9 encoder).
  static Result<ClipWriter> open(cv::Size size, double fps);
  ClipWriter(ClipWriter&&) noexcept;
  ~ClipWriter();

  // `at` must rise. Errors: internal.
  Result<void> write(const cv::Mat& bgr, Micros at);
  // Once, at the end. Errors: internal.
  Result<std::vector<std::byte>> finish();

 private:
  struct Body;
  explicit ClipWriter(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace xunjie::evidence
