// A camera on a car, from look to look: what was found standing, and what is proved gone.
//
// Looks with what was detected in them go in; raised and cleared findings come out when a pass
// ends, for only then is it known what all of it looked like together. A pass ends by itself where
// nothing was in sight for a while, at a turn, at a gap of the position and when its bounds are
// reached; finish() ends the last one.
//
// What is a finding: something of a watched kind whose foot stands in a watched zone of the
// picture, proved to stand (stillness.h), and seen standing over at least the rule's dwell: within
// one pass if that is long enough, otherwise by a later pass that recognises it. One finding is
// open per place and kind, place being the shop where one can be named and a few metres of ground
// where not.
//
// No clock, no I/O, no pictures. Not thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ports/watching.h"
#include "watch/vehicle/frontage.h"
#include "watch/vehicle/seen_places.h"

namespace xunjie::watch::vehicle {

struct DriveOptions {
  PassOptions pass;
  RecogniseOptions recognise;
  GoneOptions gone;
  FrontageOptions frontage;
  double idle_m = 60;   // nothing in sight for so long: the pass ends
  double pass_m = 800;  // … and at this length where that is after idle_short_m
  double idle_short_m = 15;
  double turn_deg = 100;    // off the pass's first heading
  double same_place_m = 4;  // one finding per kind within this, where no shop is named
  std::size_t max_findings = 5000;
  std::size_t max_gone = 256;  // cleared findings whose places are still looked at when asked
  // Labels of what passes by or parks; never a finding, always in the way.
  std::vector<std::string> passing{"person", "vehicle", "car",     "bus",        "truck",
                                   "van",    "scooter", "bicycle", "motorcycle", "rider"};
  // Detector label → violation kinds it may be, besides a label that is a kind itself.
  std::map<std::string, std::vector<std::string>> kinds{
      {"goods", {"store_overflow", "goods_on_pavement"}},
      {"pile", {"goods_on_pavement", "store_overflow"}},
      {"stall", {"street_vending"}},
      {"laundry", {"hanging_laundry"}},
      {"signboard", {"illegal_signboard"}},
      {"garbage", {"exposed_garbage"}}};
};

struct DriveRaised {
  domain::FindingId id;
  std::size_t seen = 0;  // index into PassReport::seen.things
  std::size_t zone = 0;
  domain::ViolationKindId violation;
  UtcMicros since, at;     // first and last seen standing
  domain::PictureBox box;  // in the picture of `pictured_at`
  UtcMicros pictured_at;   // the look that shows it best
  std::string label;
  double score = 0;
  domain::LonLat position;
  double error_m = 0;   // one standard deviation per axis
  domain::ShopId shop;  // empty: no shop may be named
  double shop_confidence = 0;
};

struct DriveCleared {
  domain::FindingId id;
  UtcMicros at;
};

// What a pass says of a finding whose place it saw.
struct PlaceWord {
  domain::FindingId id;
  bool standing = false;
  std::optional<std::size_t> seen;  // index into PassReport::seen.things of what stands
};

struct PassReport {
  std::vector<DriveRaised> raised;
  std::vector<DriveCleared> cleared;
  PassSeen seen;                   // what the pass saw, for evidence and measurement
  std::vector<Recognised> things;  // what became of seen.things, same order
  std::vector<PlaceWord> words;    // open and lately cleared findings; none of those not seen
};

struct OpenDriveFinding {
  domain::FindingId id;
  domain::ViolationKindId violation;
  domain::ShopId shop;
  Metres2 place;  // in the frame of KnownThing::place
};

// A cleared finding, kept for a while so that a later pass can say the place is still clear.
struct GoneDriveFinding {
  domain::FindingId id;
  std::vector<KnownThing> things;
};

class Drive {
 public:
  // `camera` gives zones and rules, `frontages` the shops along the way.
  Drive(const ports::CameraConfig& camera, const Mounting& mounting, const Plane& plane,
        std::vector<domain::ShopPlace> frontages, DriveOptions options);

  // In order of time. Reports the passes that ended.
  std::vector<PassReport> look(const VehicleLook& look, const std::optional<Pose>& pose);
  std::vector<PassReport> finish();

  [[nodiscard]] const KnownThings& known() const { return known_; }
  [[nodiscard]] const std::vector<OpenDriveFinding>& open() const { return open_; }
  [[nodiscard]] const std::vector<GoneDriveFinding>& gone() const { return gone_; }
  // Goes on from what was kept elsewhere.
  void restore(std::vector<KnownThing> things, std::vector<OpenDriveFinding> open,
               std::vector<GoneDriveFinding> gone = {});
  // What stands there belongs to the street: it is never raised again nor cleared. False: not open.
  bool dismiss(const domain::FindingId& finding);
  // As if it had not been raised: the next pass that sees it raises it anew.
  void retract(const domain::FindingId& finding);
  void set_frontages(std::vector<domain::ShopPlace> frontages) {
    frontages_ = std::move(frontages);
  }

 private:
  struct Rule {
    std::size_t zone = 0;
    domain::ViolationKindId violation;
    Micros dwell;
  };
  [[nodiscard]] bool pass_ends(const VehicleLook& look, const std::optional<Pose>& pose) const;
  PassReport end_pass();
  [[nodiscard]] std::optional<Rule> rule_for(const PassThing& thing) const;
  [[nodiscard]] std::vector<std::string> kin_of(const std::string& label) const;
  [[nodiscard]] std::optional<FrontageMatch> shop_of(const KnownThing& thing) const;
  OpenDriveFinding* open_at(const KnownThing& thing, const domain::ViolationKindId& violation,
                            const domain::ShopId& shop);
  [[nodiscard]] bool may_be_found(const KnownThing& thing, const PassMatch& match) const;
  void raise(std::size_t index, KnownThing& thing, const PassMatch& match, PassReport& report);
  [[nodiscard]] double half_front_m(const KnownThing& thing) const;
  void find_gone(const PassMatch& match, PassReport& report);
  void say_words(const PassMatch& match, PassReport& report) const;

  ports::CameraConfig camera_;
  Plane plane_;
  std::vector<domain::ShopPlace> frontages_;
  DriveOptions options_;
  PassTracker tracker_;
  KnownThings known_;
  std::vector<OpenDriveFinding> open_;
  std::vector<GoneDriveFinding> gone_;  // newest last
  std::optional<Pose> first_, last_;    // of the pass
  bool lost_ = false;                   // the last look had no pose
};

}  // namespace xunjie::watch::vehicle
