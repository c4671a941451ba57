// One camera written to a file at full speed: media time only, the same seed gives the same clip.
#pragma once

#include <string>

#include "base/result.h"
#include "live.h"

namespace xunjie::street {

struct RecordOptions {
  std::string camera;
  std::string out;
  std::string script;
  double seconds = 60;
  unsigned seed = 1;
  int fps = 10;
};

Result<void> record(const District& district, const RecordOptions& options);

}  // namespace xunjie::street
