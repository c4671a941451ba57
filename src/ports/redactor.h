// Makes the copies that may leave the house out of sealed originals: faces and heads blurred, the
// box drawn, privacy masks burnt in.
//
// Both functions block for as long as the work takes (a picture: up to a second; a clip: about as
// long as it plays, never more than ClipRecipe::cost_max) and may be called from any thread; each
// call has its own decoder and finder, so that memory is bounded by the number of callers.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/geo.h"

namespace xunjie::ports {

struct PictureRecipe {
  std::optional<domain::PictureBox> box;
  int width_max = 1920;  // pixels; larger pictures are shrunk, smaller ones stay
  bool quick = false;    // small live pictures, many of them: a third of the cost, finds less
};

struct ClipRecipe {
  std::vector<domain::PicturePolygon> masks;  // burnt in, first
  bool blur = true;                           // faces and heads
  std::optional<domain::PictureBox> box;
  int width_max = 960;
  double fps_max = 8;
  Micros longest = seconds(30);   // what is longer is cut to its end
  Micros cost_max = seconds(60);  // then the copy ends early, at what is done
};

class Redactor {
 public:
  virtual ~Redactor() = default;
  // Names how copies are made; a copy made by another version is made anew.
  [[nodiscard]] virtual std::string version() const = 0;
  // A JPEG. Errors: corrupt (not a readable picture), too_large (over 64 megapixels).
  virtual Result<std::vector<std::byte>> picture(std::span<const std::byte> original,
                                                 const PictureRecipe& recipe) = 0;
  // A copy made smaller, for lists. Errors: corrupt.
  virtual Result<std::vector<std::byte>> thumbnail(std::span<const std::byte> copy,
                                                   int width_max) = 0;
  // An MP4 that browsers play. Errors: corrupt, unavailable (no encoder on this machine).
  virtual Result<std::vector<std::byte>> clip(std::span<const std::byte> original,
                                              const ClipRecipe& recipe) = 0;
};

}  // namespace xunjie::ports
