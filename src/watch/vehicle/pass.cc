#include "watch/vehicle/pass.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "watch/vehicle/assignment.h"
#include "watch/vehicle/self_calibration.h"

namespace xunjie::watch::vehicle {
namespace {

constexpr double kGate2 = 13.8;  // 99.9 % of two degrees of freedom
constexpr double kAloneCost = 18;
constexpr double kUnlikeScale = 0.15;  // of the appearance of one thing from look to look
constexpr double kSlackMps = 1.5;      // a walking thing is followed, so as to know that it walks
constexpr double kForgottenM = 40;     // a thing passed this long ago is not joined any more
constexpr double kPieceGapM = 1.5;     // pieces of one thing lie this close
constexpr double kPieceUnlike = 0.25;
constexpr double kCommonErrorM = 0.3;  // of a thing's place that more looks do not reduce
constexpr std::size_t kRecent = 3;

Place recent_place(const PassThing& thing) {
  const auto& all = thing.sightings;
  std::size_t i = all.size() - std::min(all.size(), kRecent);
  Place place = all[i].seen.place;
  for (++i; i < all.size(); ++i) place = fuse(place, all[i].seen.place);
  return place;
}

double appearance_cost(const std::vector<float>& a, const std::vector<float>& b) {
  const double share = unlikeness(a, b, 0.1) / kUnlikeScale;
  return share * share;
}

// What it costs to take this sighting for that thing; infinite beyond the gate.
double cost_of(const PassThing& thing, const Sighted& seen, const Detection& detection) {
  const Place known = recent_place(thing);
  const double passed = (seen.at - thing.sightings.back().seen.at).seconds();
  const double slack = std::min(kSlackMps * passed, 2.0);
  const double away2 = mahalanobis2(seen.place.at - known.at,
                                    seen.place.spread + known.spread + round_spread(slack / 2));
  if (away2 > kGate2) return std::numeric_limits<double>::infinity();
  return away2 + appearance_cost(thing.appearance, detection.appearance);
}

void blend(std::vector<float>& mean, const std::vector<float>& more, double share) {
  if (more.empty()) return;
  if (mean.size() != more.size()) {
    mean = more;
    return;
  }
  double sum = 0;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    mean[i] += static_cast<float>(share) * (more[i] - mean[i]);
    sum += static_cast<double>(mean[i]) * static_cast<double>(mean[i]);
  }
  if (sum <= 0) return;
  for (float& value : mean) value /= static_cast<float>(std::sqrt(sum));
}

bool share_a_look(const PassThing& a, const PassThing& b) {
  return std::any_of(a.sightings.begin(), a.sightings.end(), [&](const Sighting& s) {
    return std::any_of(b.sightings.begin(), b.sightings.end(),
                       [&](const Sighting& t) { return s.look == t.look; });
  });
}

Place whole_place(const PassThing& thing) {
  Place place = thing.sightings.front().seen.place;
  for (std::size_t i = 1; i < thing.sightings.size(); ++i)
    place = fuse(place, thing.sightings[i].seen.place);
  place.spread = place.spread + round_spread(kCommonErrorM);
  return place;
}

bool pieces_of_one(const PassThing& a, const PassThing& b) {
  if (a.label != b.label || share_a_look(a, b)) return false;
  const Place pa = whole_place(a), pb = whole_place(b);
  return length(pa.at - pb.at) < kPieceGapM + 2 * error_of(pa.spread + pb.spread) &&
         mahalanobis2(pa.at - pb.at, pa.spread + pb.spread) < kGate2 &&
         unlikeness(a.appearance, b.appearance, 0.1) < kPieceUnlike;
}

}  // namespace

double unlikeness(const std::vector<float>& a, const std::vector<float>& b, double unknown) {
  if (a.empty() || a.size() != b.size()) return unknown;
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return std::clamp(1 - sum, 0.0, 1.0);
}

void PassTracker::look(VehicleLook look, const std::optional<Pose>& pose) {
  if (full()) return;
  auto& found = look.detections;
  if (found.size() > kMaxDetections) {
    std::nth_element(found.begin(), found.begin() + kMaxDetections, found.end(),
                     [](const Detection& a, const Detection& b) { return a.score > b.score; });
    found.resize(kMaxDetections);
  }
  SeenLook seen{look.at, look.sound, std::nullopt, 0, 0, std::move(found)};
  if (pose) {
    Mounting learned = mounting_;
    learned.yaw_deg += yaw_deg_;
    learned.pitch_deg += pitch_deg_;
    seen.view = View::of(learned, *pose, look.aspect);
    seen.travelled_m = pose->travelled_m;
    seen.error_m = pose->error_m;
  }
  seen_.looks.push_back(std::move(seen));
  if (seen_.looks.back().view && look.sound) join(seen_.looks.back());
}

void PassTracker::join(const SeenLook& look) {
  std::vector<Sighting> sightings;
  for (std::size_t i = 0; i < look.detections.size(); ++i) {
    const auto& box = look.detections[i].box;
    const auto place = look.view->place(box, options_.reach_m, options_.errors);
    if (!place) continue;
    sightings.push_back({{look.at, *place, look.view->lens()},
                         seen_.looks.size() - 1,
                         i,
                         box,
                         look.detections[i].score});
  }
  std::vector<Pairing> pairs;
  for (std::size_t t = 0; t < seen_.things.size(); ++t) {
    const auto& thing = seen_.things[t];
    if (look.travelled_m - seen_.looks[thing.sightings.back().look].travelled_m > kForgottenM)
      continue;
    for (std::size_t s = 0; s < sightings.size(); ++s) {
      const auto& detection = look.detections[sightings[s].detection];
      if (detection.label != thing.label) continue;
      const double cost = cost_of(thing, sightings[s].seen, detection);
      if (cost < kAloneCost) pairs.push_back({t, s, cost});
    }
  }
  std::vector<char> joined(sightings.size(), 0);
  for (const Pairing& p : assign(pairs, kAloneCost)) {
    add(seen_.things[p.left], sightings[p.right], look.detections[sightings[p.right].detection]);
    joined[p.right] = 1;
  }
  for (std::size_t s = 0; s < sightings.size(); ++s) {
    if (joined[s] != 0 || seen_.things.size() >= options_.max_things) continue;
    PassThing thing;
    thing.label = look.detections[sightings[s].detection].label;
    add(thing, sightings[s], look.detections[sightings[s].detection]);
    seen_.things.push_back(std::move(thing));
  }
}

void PassTracker::add(PassThing& thing, Sighting sighting, const Detection& detection) const {
  thing.sightings.push_back(sighting);
  blend(thing.appearance, detection.appearance, 1.0 / static_cast<double>(thing.sightings.size()));
}

bool PassTracker::full() const {
  return seen_.looks.size() >= options_.max_looks || seen_.things.size() >= options_.max_things;
}

bool PassTracker::idle(double way_m) const {
  if (seen_.looks.empty()) return true;
  const double now = seen_.looks.back().travelled_m;
  return std::none_of(seen_.things.begin(), seen_.things.end(), [&](const PassThing& thing) {
    return now - seen_.looks[thing.sightings.back().look].travelled_m < way_m;
  });
}

// Every piece joins the first thing it belongs to.
void PassTracker::mend() {
  std::vector<PassThing> whole;
  for (PassThing& piece : seen_.things) {
    const auto of = std::find_if(whole.begin(), whole.end(),
                                 [&](const PassThing& w) { return pieces_of_one(w, piece); });
    if (of == whole.end()) {
      whole.push_back(std::move(piece));
      continue;
    }
    const double share = static_cast<double>(piece.sightings.size()) /
                         static_cast<double>(piece.sightings.size() + of->sightings.size());
    blend(of->appearance, piece.appearance, share);
    of->sightings.insert(of->sightings.end(), piece.sightings.begin(), piece.sightings.end());
    std::sort(of->sightings.begin(), of->sightings.end(),
              [](const Sighting& a, const Sighting& b) { return a.seen.at < b.seen.at; });
  }
  seen_.things = std::move(whole);
}

void PassTracker::sum_up(PassThing& thing) const {
  std::vector<Sighted> seen;
  const Sighting* nearest = &thing.sightings.front();
  const auto distance = [](const Sighting& s) { return length(s.seen.place.at - s.seen.lens); };
  for (const Sighting& s : thing.sightings) {
    seen.push_back(s.seen);
    if (distance(s) < distance(*nearest)) nearest = &s;
  }
  thing.motion = motion_of(seen, options_.stillness);
  thing.place = whole_place(thing);
  const SeenLook& look = seen_.looks[nearest->look];
  thing.travelled_m = look.travelled_m;
  thing.heading_deg = look.view->heading_deg();
  thing.side_m = dot(thing.place.at - look.view->lens(), towards(thing.heading_deg + 90));
  thing.car_error_m = look.error_m;
}

// The turn learned from this pass, and the pass placed anew with it. Half of the way each time: one
// pass on a slope or with few things must not turn the camera away.
void PassTracker::turn_camera() {
  const CameraTurn more = calibrate(seen_, options_, {});
  for (SeenLook& look : seen_.looks) {
    if (look.view) look.view = look.view->turned(more.yaw_deg, more.pitch_deg);
  }
  for (PassThing& thing : seen_.things) {
    for (Sighting& s : thing.sightings) {
      // What was within reach stays so; a sighting the turn lifts over the horizon keeps its place.
      if (const auto place = seen_.looks[s.look].view->place(s.box, 1e9, options_.errors))
        s.seen.place = *place;
    }
  }
  yaw_deg_ += more.yaw_deg / 2;
  pitch_deg_ += more.pitch_deg / 2;
}

PassSeen PassTracker::finish() {
  turn_camera();
  mend();
  for (PassThing& thing : seen_.things) sum_up(thing);
  return std::exchange(seen_, {});
}

}  // namespace xunjie::watch::vehicle
