#include "watch/vehicle/self_calibration.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace xunjie::watch::vehicle {
namespace {

constexpr std::size_t kLooksLeast = 4, kThingsLeast = 6, kThingsMost = 80;
constexpr double kYawMost = 3, kPitchMost = 2;
constexpr double kMisfitMost = 6;  // of one thing, per degree of freedom

double misfit(const PassThing& thing, const PassSeen& pass, const PassOptions& options,
              CameraTurn turn) {
  std::vector<Place> places;
  for (const Sighting& s : thing.sightings) {
    const View view = pass.looks[s.look].view->turned(turn.yaw_deg, turn.pitch_deg);
    if (const auto place = view.place(s.box, 2 * options.reach_m, options.errors))
      places.push_back(*place);
  }
  if (places.size() < 2) return kMisfitMost;
  Place all = places.front();
  for (std::size_t i = 1; i < places.size(); ++i) all = fuse(all, places[i]);
  double sum = 0;
  for (const Place& p : places) sum += mahalanobis2(p.at - all.at, p.spread);
  return std::min(kMisfitMost, sum / (2.0 * static_cast<double>(places.size()) - 2));
}

// The prior keeps what the pass says nothing about where the tape measure put it.
double cost(const std::vector<const PassThing*>& things, const PassSeen& pass,
            const PassOptions& options, CameraTurn turn) {
  double sum = turn.yaw_deg * turn.yaw_deg / 2 + turn.pitch_deg * turn.pitch_deg * 2;
  for (const PassThing* thing : things)
    sum += misfit(*thing, pass, options, turn) *
           static_cast<double>(std::min<std::size_t>(thing->sightings.size(), 10));
  return sum;
}

}  // namespace

CameraTurn calibrate(const PassSeen& pass, const PassOptions& options, CameraTurn start) {
  std::vector<const PassThing*> things;
  for (const auto& thing : pass.things) {
    if (thing.sightings.size() >= kLooksLeast && things.size() < kThingsMost)
      things.push_back(&thing);
  }
  if (things.size() < kThingsLeast) return start;
  CameraTurn best = start;
  double least = cost(things, pass, options, best);
  for (double step = 0.4; step > 0.02; step /= 2) {
    for (bool better = true; better;) {
      better = false;
      for (const auto& [yaw, pitch] : {std::pair{step * 2, 0.0},
                                       {-step * 2, 0.0},
                                       {0.0, step},
                                       {0.0, -step},
                                       {step * 2, step},
                                       {-step * 2, -step}}) {
        const CameraTurn turn{best.yaw_deg + yaw, best.pitch_deg + pitch};
        if (std::abs(turn.yaw_deg) > kYawMost || std::abs(turn.pitch_deg) > kPitchMost) continue;
        const double now = cost(things, pass, options, turn);
        if (now >= least - 1e-6) continue;
        least = now;
        best = turn;
        better = true;
      }
    }
  }
  return best;
}

}  // namespace xunjie::watch::vehicle
