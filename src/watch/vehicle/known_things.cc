#include "watch/vehicle/known_things.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace xunjie::watch::vehicle {
namespace {

constexpr int kRounds = 3;
constexpr double kGate2 = 13.8;  // 99.9 % of two degrees of freedom
constexpr double kUnknownUnlike = 0.15;
constexpr double kSharpestM = 0.4;  // no place is better known than this
constexpr double kBlendLeast = 0.2;

bool is_passing(const std::string& label, const std::vector<std::string>& passing) {
  return std::find(passing.begin(), passing.end(), label) != passing.end();
}

constexpr double kSideLeastM = 1.5;  // nearer to the car's own way the side says nothing

// A car drives between the two sides of a street, so no error of its receiver carries a thing from
// one to the other. The side as a bearing, the same whichever way the car goes.
bool sides_agree(double heading_a, double side_a, double heading_b, double side_b) {
  if (std::abs(side_a) < kSideLeastM || std::abs(side_b) < kSideLeastM) return true;
  const double a = heading_a + (side_a > 0 ? 90 : -90), b = heading_b + (side_b > 0 ? 90 : -90);
  return std::abs(turn_deg(a, b)) < 90;
}

UtcMicros first_of(const PassThing& seen) {
  return seen.sightings.front().seen.at;
}
UtcMicros last_of(const PassThing& seen) {
  return seen.sightings.back().seen.at;
}

void blend(std::vector<float>& mean, const std::vector<float>& more, double share) {
  if (more.empty() || mean.size() != more.size()) {
    if (mean.empty()) mean = more;
    return;
  }
  double sum = 0;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    mean[i] += static_cast<float>(share) * (more[i] - mean[i]);
    sum += static_cast<double>(mean[i]) * static_cast<double>(mean[i]);
  }
  for (float& value : mean) value /= static_cast<float>(std::sqrt(std::max(sum, 1e-12)));
}

}  // namespace

double KnownThings::frame_error(const PassSeen& pass) const {
  double car = 0, frame = 0;
  for (const auto& thing : pass.things) car = std::max(car, thing.car_error_m);
  for (const auto& known : things_) frame = std::max(frame, known.frame_error_m);
  return std::max(0.5, std::hypot(car, frame));
}

std::vector<Pairing> KnownThings::candidates(const PassSeen& pass,
                                             const std::vector<std::size_t>& able,
                                             const Registration& registration) const {
  std::vector<Pairing> pairs;
  for (const std::size_t s : able) {
    const PassThing& seen = pass.things[s];
    const Place offset = registration.at(seen.travelled_m);
    const Metres2 at = seen.place.at + offset.at;
    const Spread2 spread = seen.place.spread + offset.spread;
    const double reach = 4 * std::sqrt(spread.ee + spread.nn) + 4;
    for (std::size_t k = 0; k < things_.size(); ++k) {
      const KnownThing& known = things_[k];
      if (known.label != seen.label || length(known.place.at - at) > reach) continue;
      if (!sides_agree(known.heading_deg, known.side_m, seen.heading_deg, seen.side_m)) continue;
      const double away2 = mahalanobis2(known.place.at - at, known.place.spread + spread);
      const double unlike = unlikeness(known.appearance, seen.appearance, kUnknownUnlike);
      if (away2 > kGate2 || unlike > options_.unlike_most) continue;
      const double share = unlike / options_.unlike_scale;
      pairs.push_back({s, k, away2 + share * share});
    }
  }
  return pairs;
}

// Pairs without a rival on either side.
std::vector<OffsetSample> KnownThings::sure_offsets(const PassSeen& pass,
                                                    const std::vector<Pairing>& pairs,
                                                    const std::vector<Pairing>& chosen) const {
  std::vector<OffsetSample> samples;
  for (const Pairing& pair : chosen) {
    const PassThing& seen = pass.things[pair.left];
    const bool rivalled = std::any_of(pairs.begin(), pairs.end(), [&](const Pairing& other) {
      return (other.left == pair.left) != (other.right == pair.right) &&
             other.cost < pair.cost + options_.margin_least;
    });
    if (rivalled) continue;
    const KnownThing& known = things_[pair.right];
    samples.push_back({seen.travelled_m, known.place.at - seen.place.at,
                       std::max(kSharpestM, error_of(known.place.spread + seen.place.spread))});
  }
  return samples;
}

PassMatch KnownThings::take(const PassSeen& pass, const std::vector<std::string>& passing) {
  std::vector<std::size_t> able;
  for (std::size_t i = 0; i < pass.things.size(); ++i) {
    const auto& thing = pass.things[i];
    if (thing.motion.stillness == Stillness::still && !is_passing(thing.label, passing))
      able.push_back(i);
  }
  const double error_m = frame_error(pass);
  PassMatch match{{}, Registration({}, error_m, options_.drift_length_m)};
  std::vector<Pairing> chosen;
  for (int round = 0; round < kRounds; ++round) {
    const auto pairs = candidates(pass, able, match.registration);
    chosen = assign(pairs, options_.alone_cost);
    if (round + 1 == kRounds) break;
    match.registration =
        Registration(sure_offsets(pass, pairs, chosen), error_m, options_.drift_length_m);
  }
  for (std::size_t i = 0; i < pass.things.size(); ++i) match.things.push_back({i, 0, false, 0});
  for (const Pairing& pair : chosen) {
    const PassThing& seen = pass.things[pair.left];
    match.things[pair.left] = {pair.left, things_[pair.right].id, false, pair.cost};
    update(things_[pair.right], seen, match.registration.at(seen.travelled_m));
  }
  for (const std::size_t i : able) {
    const PassThing& seen = pass.things[i];
    if (match.things[i].thing != 0) continue;
    match.things[i].thing = add(seen, match.registration.at(seen.travelled_m));
    match.things[i].fresh = true;
  }
  return match;
}

void KnownThings::update(KnownThing& known, const PassThing& seen, const Place& offset) const {
  known.place = fuse(known.place, {seen.place.at + offset.at, seen.place.spread + offset.spread});
  known.place.spread.ee = std::max(known.place.spread.ee, kSharpestM * kSharpestM);
  known.place.spread.nn = std::max(known.place.spread.nn, kSharpestM * kSharpestM);
  known.ground =
      fuse(known.ground, {seen.place.at, seen.place.spread + round_spread(seen.car_error_m)});
  ++known.passes;
  known.heading_deg = seen.heading_deg;
  known.side_m = seen.side_m;
  blend(known.appearance, seen.appearance, std::max(kBlendLeast, 1.0 / known.passes));
  known.last_seen = last_of(seen);
}

ThingId KnownThings::add(const PassThing& seen, const Place& offset) {
  make_room();
  KnownThing thing;
  thing.id = ++last_id_;
  thing.label = seen.label;
  thing.place = {seen.place.at + offset.at, seen.place.spread};
  // Where nothing was recognised this thing itself says where the frame lies.
  if (error_of(offset.spread) < seen.car_error_m)
    thing.place.spread = thing.place.spread + offset.spread;
  thing.ground = {seen.place.at, seen.place.spread + round_spread(seen.car_error_m)};
  thing.frame_error_m = seen.car_error_m;
  thing.appearance = seen.appearance;
  thing.first_seen = first_of(seen);
  thing.last_seen = last_of(seen);
  thing.heading_deg = seen.heading_deg;
  thing.side_m = seen.side_m;
  things_.push_back(std::move(thing));
  return last_id_;
}

void KnownThings::make_room() {
  if (things_.size() < options_.max_things) return;
  const auto goes = std::min_element(things_.begin(), things_.end(),
                                     [](const KnownThing& a, const KnownThing& b) {
                                       if (a.finding.empty() != b.finding.empty())
                                         return a.finding.empty();
                                       return a.last_seen < b.last_seen;
                                     });
  things_.erase(goes);
}

const KnownThing* KnownThings::find(ThingId id) const {
  const auto at = std::find_if(things_.begin(), things_.end(),
                               [&](const KnownThing& thing) { return thing.id == id; });
  return at == things_.end() ? nullptr : &*at;
}

KnownThing* KnownThings::find(ThingId id) {
  return const_cast<KnownThing*>(std::as_const(*this).find(id));  // NOLINT: it is ours
}

void KnownThings::forget(ThingId id) {
  std::erase_if(things_, [&](const KnownThing& thing) { return thing.id == id; });
}

void KnownThings::let_go(const domain::FindingId& finding) {
  for (auto& thing : things_) {
    if (thing.finding == finding) thing.finding = {};
  }
}

void KnownThings::restore(std::vector<KnownThing> things) {
  things_ = std::move(things);
  for (const auto& thing : things_) last_id_ = std::max(last_id_, thing.id);
}

}  // namespace xunjie::watch::vehicle
