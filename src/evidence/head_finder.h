// Where faces and heads are, without any model of our own: OpenCV's frontal and profile face
// cascades (Debian's opencv-data) and its two built-in people detectors, of whose boxes the upper
// part counts as the head.
//
// Meant to blur too much rather than too little: a false find costs a blurred patch, a missed one
// somebody's privacy. It does miss heads; docs/ref/privacy.md has the figures. Not thread-safe: one
// per call or thread.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include <opencv2/core.hpp>

#include "base/result.h"

namespace xunjie::evidence {

class HeadFinder {
 public:
  enum class Effort {
    thorough,  // stills: all detectors, pictures up to 1280 wide
    brisk,     // clips, where the next picture is a second chance: up to 960 wide, LBP cascade
  };
  // Errors: not_found (a cascade is missing; says which package has it).
  static Result<HeadFinder> load(const std::filesystem::path& cascades, Effort effort);
  HeadFinder(HeadFinder&&) noexcept;
  HeadFinder& operator=(HeadFinder&&) noexcept;
  ~HeadFinder();

  // In pixels of `bgr`, inside it, with a margin around each head; overlapping ones stay apart.
  std::vector<cv::Rect> find(const cv::Mat& bgr);

 private:
  struct Body;
  explicit HeadFinder(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

// The part of a person's box that holds the head, with a margin.
cv::Rect head_of(const cv::Rect& person);

}  // namespace xunjie::evidence
