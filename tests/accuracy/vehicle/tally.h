// Counts what the watcher made of the drives against the truth.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "car_sim.h"
#include "watch/vehicle/drive.h"

namespace xunjie::accuracy {

struct Figures {
  int passes = 0, looks = 0;
  double way_m = 0;
  int chances = 0;       // a standing thing known from before was seen standing again …
  int recognised = 0;    // … and taken for itself
  int merges = 0;        // things of a pass taken for known ones …
  int wrong_merges = 0;  // … which they are not
  int visible = 0;       // a standing thing was plainly to be seen in a pass …
  int stood = 0;         // … and found standing
  int raised = 0, raised_nothing = 0, raised_moving = 0, duplicates = 0;
  int cleared = 0, false_clears = 0;
  int removed = 0;  // a thing with an open finding was gone when the car came by again
  int named = 0, named_right = 0;  // shops of raised findings
  std::vector<double> place_error_m, ground_sigma;

  void add(const Figures& other);
  [[nodiscard]] std::string json() const;
};

class Tally {
 public:
  explicit Tally(const StreetWorld& world) : world_(world) {}

  // The truth of one look's detections.
  void look(UtcMicros at, std::vector<int> truth, const std::vector<TrueBox>& picture);
  void report(const watch::vehicle::PassReport& report, int round);
  // Before and after each drive.
  void begin(int round, bool back);
  void end(double way_m);
  [[nodiscard]] Figures figures() const { return figures_; }

 private:
  [[nodiscard]] int truth_of(const watch::vehicle::PassSeen& seen,
                             const watch::vehicle::PassThing& thing) const;
  void things(const watch::vehicle::PassReport& report);
  void findings(const watch::vehicle::PassReport& report, int round);

  const StreetWorld& world_;
  Figures figures_;
  std::map<std::int64_t, std::vector<int>> truth_;   // look → Thing::id per detection
  std::map<int, int> plainly_;                       // Thing::id → looks of this drive
  std::set<int> stood_;                              // of this drive
  std::map<watch::vehicle::ThingId, int> identity_;  // known thing → Thing::id
  std::set<int> known_;                              // Thing::id ever taken in
  std::map<std::string, int> open_;                  // finding → Thing::id
};

}  // namespace xunjie::accuracy
