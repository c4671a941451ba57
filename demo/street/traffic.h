// People and vehicles that pass of themselves: spawned at random along the scene's lanes from one
// seed, walking round what stands in their way.
#pragma once

#include <random>
#include <vector>

#include "atlas.h"
#include "figure.h"
#include "scene.h"

namespace xunjie::street {

// Rectangles of the ground that passers-by go round.
using Obstacles = std::vector<cv::Rect2d>;

// The y a mover on `place` takes to pass the obstacles within [low, high]; smooth in x.
double pass_by(cv::Point2d place, const Obstacles& obstacles, double margin, double low,
               double high);

// Frame of a walk after `distance` metres.
int stride(const Sheet& sheet, double distance);

// Slightly other colours for each passer-by, so that one sheet serves for many.
cv::Vec3f some_tone(std::mt19937& random);

class Traffic {
 public:
  Traffic(const Scene& scene, const Atlas& atlas, unsigned seed);

  // Moves everything on by `dt` seconds and adds what is on the street to `figures`.
  void step(double dt, const Obstacles& obstacles, std::vector<Figure>& figures);

  // 1 = usual; 0 = nobody new comes.
  void set_density(double density) { density_ = density; }

 private:
  struct Mover {
    const Sheet* sheet;
    const Lane* lane;
    double speed;
    double done;  // metres along the lane
    double side;  // offset from the lane, metres
    double size;
    double height;
    cv::Vec3f tone;
    bool vehicle;
  };
  struct Source {
    const std::vector<Lane>* lanes;
    std::vector<const Sheet*> sheets;
    double mean_gap;
    double speed_low, speed_high;
    double wait;
    bool vehicle;
  };
  void spawn(Source& source);

  const Scene& scene_;
  std::mt19937 random_;
  double density_ = 1.0;
  std::vector<Source> sources_;
  std::vector<Mover> movers_;
};

}  // namespace xunjie::street
