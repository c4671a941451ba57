// What stands on the street, remembered over passes, and which of it a pass saw again.
//
// A thing is recognised by place, class and appearance, all of a pass at once: the pairing is the
// one that costs least in total (assignment.h), so two neighbours cannot both become the first of
// them. That is done three times, each time with a better idea of how the pass lies against what is
// known (registration.h): at first the receiver's error decides how far apart two places may be, in
// the end a metre or so, which is what tells adjoining shops' goods apart.
//
// Two positions are kept. `place` is in the frame of the first pass and sharp against its
// neighbours: for recognising. `ground` is the mean over passes of what the receiver said, as sure
// as it says: for maps and shops. Passes err independently, so it gets better with every one.
//
// Bound: kMaxThings; when full the one not seen for longest goes, those with a finding last.
// Not thread-safe; no clock, no I/O.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/ids.h"
#include "watch/vehicle/assignment.h"
#include "watch/vehicle/pass.h"
#include "watch/vehicle/registration.h"

namespace xunjie::watch::vehicle {

using ThingId = std::uint64_t;

struct KnownThing {
  ThingId id = 0;
  std::string label;
  Place place, ground;
  double frame_error_m = 0;  // of the pass that placed it first
  std::vector<float> appearance;
  UtcMicros first_seen, last_seen;  // standing
  int passes = 1;
  double heading_deg = 0, side_m = 0;  // of the car that saw it last, and how far to its right
  domain::FindingId finding;           // it is part of this one; empty: none
};

struct RecogniseOptions {
  double alone_cost = 5;        // dearer than this it is another thing
  double unlike_scale = 0.06;   // of one thing's appearance from pass to pass
  double unlike_most = 0.45;    // more than this is another thing, wherever it stands
  double margin_least = 4;      // the next best pairing costs so much more: sure enough to register
  double drift_length_m = 250;  // way over which the position error changes
  std::size_t max_things = 20'000;
};

// What became of a thing of a pass.
struct Recognised {
  std::size_t seen = 0;  // index into PassSeen::things
  ThingId thing = 0;     // 0: not taken (it moves, or was seen too little)
  bool fresh = false;
  double cost = 0;
};

struct PassMatch {
  std::vector<Recognised> things;  // one per thing of the pass, same order
  Registration registration;
};

class KnownThings {
 public:
  explicit KnownThings(const RecogniseOptions& options) : options_(options) {}

  // Of what the pass proved to stand: recognises, updates what was seen again, takes in what is
  // new. Labels of `passing` (people, vehicles) are nothing that stays and are left alone.
  PassMatch take(const PassSeen& pass, const std::vector<std::string>& passing);

  [[nodiscard]] const std::vector<KnownThing>& all() const { return things_; }
  [[nodiscard]] KnownThing* find(ThingId id);
  [[nodiscard]] const KnownThing* find(ThingId id) const;
  void forget(ThingId id);
  // Nothing is part of this finding any more.
  void let_go(const domain::FindingId& finding);
  // Puts back what was kept elsewhere; ids must be unique and not 0.
  void restore(std::vector<KnownThing> things);

 private:
  [[nodiscard]] std::vector<Pairing> candidates(const PassSeen& pass,
                                                const std::vector<std::size_t>& able,
                                                const Registration& registration) const;
  [[nodiscard]] std::vector<OffsetSample> sure_offsets(const PassSeen& pass,
                                                       const std::vector<Pairing>& pairs,
                                                       const std::vector<Pairing>& chosen) const;
  [[nodiscard]] double frame_error(const PassSeen& pass) const;
  void update(KnownThing& known, const PassThing& seen, const Place& offset) const;
  ThingId add(const PassThing& seen, const Place& offset);
  void make_room();

  RecogniseOptions options_;
  std::vector<KnownThing> things_;
  ThingId last_id_ = 0;
};

}  // namespace xunjie::watch::vehicle
