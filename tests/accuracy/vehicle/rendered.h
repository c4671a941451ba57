// The same drives as video: a plain street with the demonstration's rendered things, vans and
// people pasted where they truly stand, encoded, and judged through the real picture path.
#pragma once

#include <string>

#include "base/result.h"
#include "drives.h"

namespace xunjie::accuracy {

struct RenderedOptions {
  DriveTestOptions drive;
  std::string scenes;  // demo/scenes
  std::string folder;  // for the videos
  int width = 960, height = 540, fps = 10;
  int drives = 2;  // out along the street, half an hour apart
};

// Needs the program ffmpeg. Boxes are the truth's with a detector's noise; the appearance is
// measured in the decoded picture. Errors: unavailable.
Result<Figures> drive_rendered(const RenderedOptions& options);

}  // namespace xunjie::accuracy
