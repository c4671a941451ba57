// What names things in pictures, as the watcher sees it: regions of pictures in, labelled boxes
// out.
//
// Asked about candidates only (something that came to rest and stayed), never about every picture;
// of a camera on a car about the pictures a few metres apart, for it has no street that stays.
// A detector may hold a model, a device and threads of its own; the rules that turn its boxes into
// a finding are not its business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/geo.h"
#include "domain/ids.h"

namespace xunjie::ports {

// A picture somebody else owns: rows of blue, green, red bytes, `row_bytes` apart. Must outlive the
// call it is handed to.
struct PictureView {
  const std::uint8_t* bgr = nullptr;
  int width = 0, height = 0;
  std::size_t row_bytes = 0;
};

// "What is in this part of this picture?" The region is in 0..1 of the whole picture; the detector
// looks at its surroundings as well, as its model was made to, unless the region alone is meant.
struct DetectorAsk {
  PictureView picture;
  domain::PictureBox region;
  bool alone = false;
};

struct Detection {
  domain::PictureBox box;  // 0..1 of the whole picture
  std::size_t kind = 0;    // index into DetectorInfo::classes
  double score = 0;        // 0..1, at least DetectorInfo::score
};

// What a class of the model means on a street.
enum class ClassMeaning {
  unmapped,   // nothing: as if it had not been seen
  ignored,    // what may stand there: people, vehicles
  violation,  // one of `violations`, the first that the zone watches
};

struct DetectorClass {
  std::string name;
  ClassMeaning meaning = ClassMeaning::unmapped;
  std::vector<domain::ViolationKindId> violations;
  bool ignored_elsewhere = false;  // in a zone that watches none of them: ignored, not the rule's
};

struct DetectorInfo {
  std::string name;  // of the model, for people
  std::vector<DetectorClass> classes;
  double score = 0;                           // boxes below are not told
  bool require_class = false;                 // what the model does not recognise is not raised
  int input_width = 640, input_height = 640;  // pixels it takes of what it is shown
};

class Detector {
 public:
  virtual ~Detector() = default;
  // One list per ask, in their order, best first, at most 100 boxes each. Asks may be of different
  // pictures and sizes. Blocks while it computes. May be called from one thread at a time, any
  // thread. Errors: invalid_argument (an empty picture or region), unavailable (the engine failed).
  virtual Result<std::vector<std::vector<Detection>>> detect(std::span<const DetectorAsk> asks) = 0;
  // The same for the detector's whole life; any thread.
  [[nodiscard]] virtual const DetectorInfo& info() const = 0;
};

}  // namespace xunjie::ports
