// Whether a picture may be judged at all. A picture that is dark, frozen, turned away, covered, out
// of focus, or caught in a step of the light opens nothing and closes nothing.
#pragma once

#include <cstdint>
#include <string>

#include "ports/watching.h"
#include "watch/compare.h"
#include "watch/options.h"
#include "watch/scene_memory.h"

namespace xunjie::watch {

struct Verdict {
  ports::CameraState state = ports::CameraState::ok;
  std::string message;         // Chinese, for people; empty when ok
  bool light_settled = false;  // the first sound picture after a step of the light
};

// The share of the street's structure that is gone or different in the look last compared; 0 while
// most of the picture is as it was, for on a plain street a single thing may be all the structure.
double misfit_of(const SceneMemory& memory);

class Guards {
 public:
  explicit Guards(const WatchOptions& options) : options_(options) {}

  // Before anything is compared: dark and frozen.
  Verdict first_glance(const Look& look);
  // Against the street the memory compared the look with: moved, blocked, blurred, light step.
  Verdict against_street(const Look& look, const Windows& now, const SceneMemory& memory);

 private:
  Verdict step_of_light(const Light& light);

  WatchOptions options_;
  std::uint64_t last_hash_ = 0;
  UtcMicros same_since_;
  int same_ = 0;
  bool stepping_ = false;
  double last_level_ = -1;
};

}  // namespace xunjie::watch
