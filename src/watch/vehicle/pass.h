// One pass: what the camera saw while the car drove by, from look to look.
//
// Detections of one label are joined over looks by where they stand on the ground and what they
// look like; the joining of one look is the best for all of its detections together. Pieces of one
// thing that something in between had torn apart are joined at the end, when also the camera's own
// turn is learned from what stands (self_calibration.h) and all is placed again with it. Positions
// are in the pass's own frame: the car's position error, several metres but nearly the same for
// everything in sight, is still in them.
//
// Bounds: kMaxLooks looks and kMaxThings things; the caller ends the pass before (full()), what
// comes then is not taken. Not thread-safe; no clock, no I/O.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "watch/vehicle/mounting.h"
#include "watch/vehicle/observation.h"
#include "watch/vehicle/stillness.h"

namespace xunjie::watch::vehicle {

struct PassOptions {
  double reach_m = 30;  // things farther off are not placed
  ViewErrors errors;
  StillnessOptions stillness;
  std::size_t max_looks = 2000;
  std::size_t max_things = 1000;
};

struct Sighting {
  Sighted seen;
  std::size_t look = 0;       // index into PassSeen::looks
  std::size_t detection = 0;  // index into that look's detections
  domain::PictureBox box;
  double score = 0;
};

struct PassThing {
  std::string label;
  std::vector<Sighting> sightings;  // in order of time
  std::vector<float> appearance;    // mean, unit length; empty: not known
  Motion motion;
  Place place;             // fused over the sightings
  double travelled_m = 0;  // the car's way when it was nearest
  double heading_deg = 0;  // the car's, then
  double side_m = 0;       // how far to the right of the car's way it stands; left is negative
  double car_error_m = 0;  // of the car's position, then
};

struct SeenLook {
  UtcMicros at;
  bool sound = true;
  std::optional<View> view;  // nullopt: position or heading unknown
  double travelled_m = 0;
  double error_m = 0;
  std::vector<Detection> detections;
};

struct PassSeen {
  std::vector<SeenLook> looks;
  std::vector<PassThing> things;
};

class PassTracker {
 public:
  PassTracker(const Mounting& mounting, const PassOptions& options)
      : mounting_(mounting), options_(options) {}

  void look(VehicleLook look, const std::optional<Pose>& pose);
  [[nodiscard]] bool full() const;
  [[nodiscard]] bool empty() const { return seen_.looks.empty(); }
  // No thing was seen within the last `way_m` metres: a good place to end the pass.
  [[nodiscard]] bool idle(double way_m) const;
  // Ends the pass and begins another.
  PassSeen finish();

 private:
  void join(const SeenLook& look);
  void add(PassThing& thing, Sighting sighting, const Detection& detection) const;
  void mend();
  void turn_camera();
  void sum_up(PassThing& thing) const;

  Mounting mounting_;
  PassOptions options_;
  PassSeen seen_;
  double yaw_deg_ = 0, pitch_deg_ = 0;  // learned: to be added to the mounting (self_calibration.h)
};

// 1 - dot, 0 (alike) to 1; `unknown` where one is not known.
double unlikeness(const std::vector<float>& a, const std::vector<float>& b, double unknown);

}  // namespace xunjie::watch::vehicle
