#include "watch/vehicle/drive.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace xunjie::watch::vehicle {
namespace {

constexpr double kMostErrors = 3;  // standard deviations, that two places of one thing may differ

// Even-odd rule; the polygon is sound (ports::validate).
bool inside(const domain::PicturePolygon& polygon, domain::PicturePoint p) {
  bool in = false;
  for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
    const auto& a = polygon[i];
    const auto& b = polygon[j];
    if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) in = !in;
  }
  return in;
}

domain::PicturePoint foot_of(const domain::PictureBox& box) {
  return {box.x + box.w / 2, std::min(box.y + box.h, 0.999)};
}

// The sighting people are shown: large, sure, and whole in the picture.
const Sighting& best_of(const PassThing& thing) {
  const auto worth = [](const Sighting& s) {
    const bool whole =
        s.box.x > 0.01 && s.box.y > 0.01 && s.box.x + s.box.w < 0.99 && s.box.y + s.box.h < 0.99;
    return s.box.w * s.box.h * s.score * (whole ? 1 : 0.2);
  };
  return *std::max_element(
      thing.sightings.begin(), thing.sightings.end(),
      [&](const Sighting& a, const Sighting& b) { return worth(a) < worth(b); });
}

constexpr Micros kUnknownMost = seconds(10);  // a longer gap of the position ends the pass

}  // namespace

Drive::Drive(const ports::CameraConfig& camera, const Mounting& mounting, const Plane& plane,
             std::vector<domain::ShopPlace> frontages, DriveOptions options)
    : camera_(camera),
      plane_(plane),
      frontages_(std::move(frontages)),
      options_(std::move(options)),
      tracker_(mounting, options_.pass),
      known_(options_.recognise) {}

bool Drive::pass_ends(const VehicleLook& look, const std::optional<Pose>& pose) const {
  if (tracker_.empty()) return false;
  if (tracker_.full()) return true;
  if (!pose || !last_ || !first_) return false;
  if (pose->at - last_->at > kUnknownMost && lost_) return true;
  const double way = pose->travelled_m - first_->travelled_m;
  if (way > options_.pass_m && tracker_.idle(options_.idle_short_m)) return true;
  if (way > options_.idle_m && !look.detections.empty() && tracker_.idle(options_.idle_m))
    return true;
  return first_->heading_deg && pose->heading_deg &&
         std::abs(turn_deg(*first_->heading_deg, *pose->heading_deg)) > options_.turn_deg;
}

std::vector<PassReport> Drive::look(const VehicleLook& look, const std::optional<Pose>& pose) {
  std::vector<PassReport> reports;
  if (pass_ends(look, pose)) reports.push_back(end_pass());
  if (pose) {
    if (!first_ || (!first_->heading_deg && pose->heading_deg)) first_ = pose;
    last_ = pose;
  }
  lost_ = !pose;
  tracker_.look(look, pose);
  return reports;
}

std::vector<PassReport> Drive::finish() {
  std::vector<PassReport> reports;
  if (!tracker_.empty()) reports.push_back(end_pass());
  return reports;
}

PassReport Drive::end_pass() {
  PassReport report;
  report.seen = tracker_.finish();
  first_ = last_ = std::nullopt;
  const PassMatch match = known_.take(report.seen, options_.passing);
  report.things = match.things;
  for (const Recognised& r : match.things) {
    KnownThing* thing = r.thing == 0 ? nullptr : known_.find(r.thing);
    if (thing != nullptr) raise(r.seen, *thing, match, report);
  }
  say_words(match, report);
  find_gone(match, report);
  return report;
}

std::optional<Drive::Rule> Drive::rule_for(const PassThing& thing) const {
  const auto kinds = options_.kinds.find(thing.label);
  const auto may_be = [&](const domain::ViolationKindId& violation) {
    if (violation.value == thing.label) return true;
    return kinds != options_.kinds.end() && std::find(kinds->second.begin(), kinds->second.end(),
                                                      violation.value) != kinds->second.end();
  };
  const auto foot = foot_of(best_of(thing).box);
  for (std::size_t z = 0; z < camera_.zones.size(); ++z) {
    if (!inside(camera_.zones[z].polygon, foot)) continue;
    for (const auto& rule : camera_.zones[z].watch) {
      if (may_be(rule.violation)) return Rule{z, rule.violation, rule.dwell};
    }
  }
  return std::nullopt;
}

std::vector<std::string> Drive::kin_of(const std::string& label) const {
  std::vector<std::string> kin{label};
  const auto own = options_.kinds.find(label);
  if (own == options_.kinds.end()) return kin;
  const std::set<std::string> mine(own->second.begin(), own->second.end());
  for (const auto& [other, kinds] : options_.kinds) {
    const bool shared = std::any_of(kinds.begin(), kinds.end(),
                                    [&](const std::string& kind) { return mine.contains(kind); });
    if (shared && other != label) kin.push_back(other);
  }
  return kin;
}

std::optional<FrontageMatch> Drive::shop_of(const KnownThing& thing) const {
  return nearest_frontage({thing.ground, thing.heading_deg, thing.side_m}, frontages_, plane_,
                          options_.frontage);
}

OpenDriveFinding* Drive::open_at(const KnownThing& thing, const domain::ViolationKindId& violation,
                                 const domain::ShopId& shop) {
  for (auto& finding : open_) {
    if (finding.violation != violation) continue;
    const bool same_shop = !shop.empty() && finding.shop == shop;
    const bool other_shop = !shop.empty() && !finding.shop.empty() && finding.shop != shop;
    const bool near = length(finding.place - thing.place.at) <= options_.same_place_m;
    if (same_shop || (near && !other_shop)) return &finding;
  }
  return nullptr;
}

// Something found before, that this pass did not see, may be the same thing: until a pass sees
// both, nobody is told twice.
bool Drive::may_be_found(const KnownThing& thing, const PassMatch& match) const {
  const auto kin = kin_of(thing.label);
  return std::any_of(known_.all().begin(), known_.all().end(), [&](const KnownThing& other) {
    const double errors = std::hypot(error_of(thing.ground.spread), error_of(other.ground.spread));
    return !other.finding.empty() && !saw(match, other.id) &&
           length(other.ground.at - thing.ground.at) < kMostErrors * errors &&
           may_be_one(thing, other, kin, options_.gone);
  });
}

void Drive::raise(std::size_t index, KnownThing& thing, const PassMatch& match,
                  PassReport& report) {
  const PassThing& seen = report.seen.things[index];
  if (!thing.finding.empty()) return;
  const auto rule = rule_for(seen);
  if (!rule || thing.last_seen - thing.first_seen < rule->dwell) return;
  const auto front = shop_of(thing);
  const bool named = front && front->confidence >= options_.frontage.confidence_min;
  const domain::ShopId shop = named ? front->shop : domain::ShopId();
  if (const auto* open = open_at(thing, rule->violation, shop)) {
    thing.finding = open->id;
    return;
  }
  if (may_be_found(thing, match)) return;
  if (open_.size() >= options_.max_findings) return;  // seen again by the next pass
  const Sighting& best = best_of(seen);
  DriveRaised raised;
  raised.id = domain::FindingId("F" + make_ulid(thing.last_seen));
  raised.seen = index;
  raised.zone = rule->zone;
  raised.violation = rule->violation;
  raised.since = thing.first_seen;
  raised.at = thing.last_seen;
  raised.box = best.box;
  raised.pictured_at = best.seen.at;
  raised.label = seen.label;
  raised.score = best.score;
  raised.position = plane_.to_world(thing.ground.at);
  raised.error_m = error_of(thing.ground.spread);
  raised.shop = shop;
  raised.shop_confidence = front ? front->confidence : 0;
  thing.finding = raised.id;
  open_.push_back({raised.id, raised.violation, shop, thing.place.at});
  report.raised.push_back(std::move(raised));
}

double Drive::half_front_m(const KnownThing& thing) const {
  if (thing.finding.empty()) return 0;
  const auto shop = shop_of(thing);
  if (!shop || shop->confidence < options_.frontage.confidence_min) return 0;
  const auto at = std::find_if(frontages_.begin(), frontages_.end(),
                               [&](const auto& front) { return front.id == shop->shop; });
  return at == frontages_.end() ? 0 : at->frontage_m / 2;
}

void Drive::say_words(const PassMatch& match, PassReport& report) const {
  std::map<domain::FindingId, std::size_t> standing;
  for (const Recognised& r : match.things) {
    if (r.thing == 0) continue;
    const KnownThing* thing = known_.find(r.thing);
    if (thing != nullptr && !thing->finding.empty()) standing.emplace(thing->finding, r.seen);
  }
  for (const auto& [id, seen] : standing) report.words.push_back({id, true, seen});
  for (const auto& finding : gone_) {
    const bool clear =
        std::all_of(finding.things.begin(), finding.things.end(), [&](const KnownThing& thing) {
          return surely_gone(thing, known_.all(), half_front_m(thing), report.seen, match,
                             kin_of(thing.label), options_.gone);
        });
    if (clear) report.words.push_back({finding.id, false, std::nullopt});
  }
}

void Drive::find_gone(const PassMatch& match, PassReport& report) {
  std::map<domain::FindingId, std::vector<KnownThing>> touched;
  std::vector<ThingId> gone;
  for (const KnownThing& thing : known_.all()) {
    if (!surely_gone(thing, known_.all(), half_front_m(thing), report.seen, match,
                     kin_of(thing.label), options_.gone))
      continue;
    gone.push_back(thing.id);
    if (!thing.finding.empty()) touched[thing.finding].push_back(thing);
  }
  for (const ThingId id : gone) known_.forget(id);
  const UtcMicros at = report.seen.looks.back().at;
  for (auto& entry : touched) {
    const domain::FindingId& id = entry.first;
    const bool rest = std::any_of(known_.all().begin(), known_.all().end(),
                                  [&](const KnownThing& t) { return t.finding == id; });
    if (rest) continue;
    // One that was dismissed is nobody's any more.
    if (std::erase_if(open_, [&](const OpenDriveFinding& f) { return f.id == id; }) == 0) continue;
    report.cleared.push_back({id, at});
    report.words.push_back({id, false, std::nullopt});
    if (gone_.size() >= options_.max_gone) gone_.erase(gone_.begin());
    gone_.push_back({id, std::move(entry.second)});
  }
}

bool Drive::dismiss(const domain::FindingId& finding) {
  return std::erase_if(open_, [&](const OpenDriveFinding& f) { return f.id == finding; }) > 0;
}

void Drive::retract(const domain::FindingId& finding) {
  dismiss(finding);
  known_.let_go(finding);
}

void Drive::restore(std::vector<KnownThing> things, std::vector<OpenDriveFinding> open,
                    std::vector<GoneDriveFinding> gone) {
  known_.restore(std::move(things));
  open_ = std::move(open);
  gone_ = std::move(gone);
}

}  // namespace xunjie::watch::vehicle
