// What a detector's boxes say about one candidate. Pure; the last step before a street's rules.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/ids.h"
#include "ports/detector.h"

namespace xunjie::watch {

enum class Recognised {
  violation,    // a class that is one of `violations`
  ignored,      // what may stand there
  nothing,      // no class of the model
  unavailable,  // the detector failed or is full: nothing is known
};

struct Recognition {
  Recognised kind = Recognised::unavailable;
  std::string label;  // the class's name; empty for nothing and unavailable
  double score = 0;
  std::vector<domain::ViolationKindId> violations;
  bool ignored_elsewhere = false;
  bool require_class = false;  // of the model: nothing is not raised
};

// A box is about the candidate when it covers at least a third of it, or lies in it with two thirds
// of itself and is at least a tenth of it. Of the violations about it the surest decides; people
// before goods do not hide them. Only when none is about it, and ignored boxes together cover half
// of it, it is ignored.
Recognition recognise(const ports::DetectorInfo& info, std::span<const ports::Detection> boxes,
                      const domain::PictureBox& candidate);

}  // namespace xunjie::watch
