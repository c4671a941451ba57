// The car: one drive along the street with stops and lane changes, what its receiver writes (NMEA),
// and what a detector on its right-hand camera would say, with truth beside it.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "street_world.h"
#include "watch/vehicle/mounting.h"
#include "watch/vehicle/observation.h"

namespace xunjie::accuracy {

struct NoiseOptions {
  double gps_m = 8;          // one standard deviation per axis
  double drift_share = 0.8;  // of it that wanders (Gauss-Markov, drift_s); 0: white
  double drift_s = 30;
  double speed_mps = 0.15;
  bool tunnel = true;  // no fixes for 100 m of the way
  double body_pitch_deg = 0.3, body_yaw_deg = 0.4;
  double missed = 0.10;
  double false_boxes = 0.05;     // per look
  double box = 0.025;            // of a box's edge
  double appearance = 0.25;      // from look to look
  double appearance_pass = 0.2;  // from pass to pass
  int vans = 40;                 // parked at the kerb, another set each round
  int walkers = 25;              // people on the pavement
  int trolleys = 8;              // goods being wheeled along: not a finding
};

struct TruePose {
  double t = 0;  // seconds of the drive
  double s = 0, side = 0;
  Metres2 at;
  double heading_deg = 0;
  double speed_mps = 0;
};

// Something seen in one picture, where it truly appears.
struct TrueBox {
  domain::PictureBox box;
  double distance_m = 0;
  std::string label;
  int thing = 0;  // Thing::id; 0: passes by, or parks
  const std::vector<float>* appearance = nullptr;
  double covered = 0;  // share hidden by what stands nearer
};

class CarSim {
 public:
  // `round` of the world, along the street or back.
  CarSim(const StreetWorld& world, int round, bool back, const watch::vehicle::Mounting& mounting,
         const NoiseOptions& noise, unsigned seed);

  [[nodiscard]] const std::vector<TruePose>& poses() const { return poses_; }  // ten a second
  [[nodiscard]] TruePose pose(double t) const;
  [[nodiscard]] double seconds() const { return poses_.back().t; }
  // RMC, GGA and VTG, one set a second, from `start` on.
  [[nodiscard]] std::string nmea(UtcMicros start) const;
  // All that appears in a picture, the nearest first. The body's nodding is in it.
  [[nodiscard]] std::vector<TrueBox> picture(double t, double aspect) const;
  // What a detector makes of it; `truth` gets the Thing::id of each detection.
  [[nodiscard]] std::vector<watch::vehicle::Detection> detect(const std::vector<TrueBox>& picture,
                                                              std::vector<int>& truth);

 private:
  struct Other {  // van, walker, trolley
    std::string label;
    double s = 0, side = 0, speed_mps = 0, width_m = 1, height_m = 1, length_m = 1;
    std::vector<float> appearance;
  };
  void drive(std::mt19937& random);
  void populate(std::mt19937& random);
  void add_box(const watch::vehicle::View& view, Metres2 at, double width_m, double height_m,
               TrueBox what, std::vector<TrueBox>& out) const;

  const StreetWorld& world_;
  int round_;
  bool back_;
  watch::vehicle::Mounting mounting_;
  NoiseOptions noise_;
  unsigned seed_;
  std::mt19937 random_;
  std::vector<TruePose> poses_;
  std::vector<Other> others_;
  std::vector<std::vector<float>> pass_appearance_;  // per thing
};

std::string nmea_line(const std::string& body);

}  // namespace xunjie::accuracy
