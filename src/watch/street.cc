#include "watch/street.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "watch/objects.h"

namespace xunjie::watch {
namespace {

constexpr double kVisibleShare = 0.5;  // of the object that the deciding look itself must show
constexpr double kHardShare = 0.25;    // of the object owed to structure or colour, not brightness
constexpr double kSolidShare = 0.45;   // of what differs in the object's box that is the object
constexpr double kLeftShare = 0.2;     // of a finding that may still differ when it is cleared
constexpr double kGoingShare = 0.2;
constexpr double kSureShare = 0.6;
constexpr double kKnownShare = 0.5;   // of the smaller of two, that makes them one thing
constexpr double kAddedShare = 0.35;  // of a finding, from which what was added is another thing
constexpr double kMisfit = 0.25;  // of the street's structure, before a nudged camera is suspected
constexpr Micros kShadeStays = minutes(15);
constexpr double kRipeShare = 0.5;  // of the dwell, before which nothing is worth a sooner look

const ports::WatchRule& rule_of(const ports::Zone& zone) {
  return *std::min_element(zone.watch.begin(), zone.watch.end(),
                           [](const auto& a, const auto& b) { return a.dwell < b.dwell; });
}

}  // namespace

Street::Street(ports::CameraConfig camera, const WatchOptions& options)
    : camera_(std::move(camera)),
      options_(options),
      memory_(options),
      guards_(options),
      bar_(options.sure_score) {
  std::optional<Micros> shortest;
  for (const auto& zone : camera_.zones) {
    if (zone.watch.empty()) continue;
    shortest = shortest ? std::min(*shortest, rule_of(zone).dwell) : rule_of(zone).dwell;
  }
  if (shortest) shortest_dwell_ = *shortest;
}

// Where the cells are in the pictures as they come, a nudge of the camera included.
domain::PictureBox Street::picture_box(const cv::Rect& cells) const {
  const double w = memory_.grid().width, h = memory_.grid().height;
  const cv::Point2d by = alignment_.shift() / kCellPixels;
  const double left = std::clamp(cells.x + by.x, 0.0, w), top = std::clamp(cells.y + by.y, 0.0, h);
  const double right = std::clamp(cells.x + cells.width + by.x, left, w);
  const double foot = std::clamp(cells.y + cells.height + by.y, top, h);
  return {left / w, top / h, (right - left) / w, (foot - top) / h};
}

// Compares a look with the street; a small turn of the camera is taken out of it.
Look Street::compare(const Look& raw, Windows& now) {
  const auto compared = [&] {
    Look look = alignment_.straighten(raw);
    now = windows_of(look.luma, look.cb, look.cr);
    memory_.compare(now);
    return look;
  };
  Look look = compared();
  const double misfit = misfit_of(memory_);
  if (misfit < kMisfit) return look;
  const auto shift = alignment_.further_shift(memory_.street().luma, look);
  if (!shift) return look;
  const cv::Point2d before = alignment_.shift();
  alignment_.set(*shift);
  look = compared();
  if (misfit_of(memory_) < misfit / 2) return look;
  alignment_.set(before);
  return compared();
}

Judgement Street::judge(const Look& raw) {
  Judgement out = judge_look(raw);
  memory_.release_look();
  return out;
}

Judgement Street::judge_look(const Look& raw) {
  Judgement out;
  out.quiet_zones.assign(camera_.zones.size(), false);
  out.verdict = guards_.first_glance(raw);
  if (out.verdict.state != ports::CameraState::ok) return out;
  if (!memory_.learning() && !(memory_.grid() == raw.grid)) {
    // Another picture size is another view: the street has to be learned anew.
    memory_ = SceneMemory(options_);
    alignment_ = {};
    zones_.reset();
    gap_looks_.release();
    open_.clear();
    candidates_.clear();
  }
  if (memory_.learning()) {
    memory_.learn(raw);
    out.learning = memory_.learning();
    out.maturing = true;
    return out;
  }
  if (!zones_) zones_.emplace(camera_.zones, memory_.grid(), options_.local_offset);
  Windows now;
  const Look look = compare(raw, now);
  out.verdict = guards_.against_street(look, now, memory_);
  out.maturing = true;
  if (out.verdict.state != ports::CameraState::ok) return out;
  if (out.verdict.light_settled) {
    memory_.accept_light(look, now);
    return out;
  }
  memory_.judge(look, now, shortest_dwell_);
  find_cleared(look.at, out);
  find_raised(look, out);
  find_maturing(look.at, out);
  return out;
}

cv::Mat Street::matured_cells(Micros dwell, UtcMicros at) const {
  const GridSize grid = memory_.grid();
  cv::Mat still(grid.height, grid.width, CV_8U);
  for (int y = 0; y < grid.height; ++y) {
    for (int x = 0; x < grid.width; ++x) {
      const Cell& cell = memory_.cell(x, y);
      // Parts that came to rest a little later belong to the same thing: judged alone, an early
      // part would have a foot of its own in the wrong zone. Whether the whole is old enough is
      // judged by its own `since`.
      const bool stays = cell.same >= options_.looks_to_mature && cell.same >= cell.missed &&
                         at - cell.since >= Micros{dwell.count * 6 / 10};
      still.at<std::uint8_t>(y, x) = stays ? 255 : 0;
    }
  }
  return still;
}

std::vector<Standing> Street::matured(Micros dwell, UtcMicros at) const {
  const cv::Mat still = matured_cells(dwell, at);
  return objects_in(still & ~shade(still), memory_, memory_.least_thing_cells());
}

// The finding that this object is, though its foot may have moved to another zone with a part more
// or less of it being seen. A thing that was put beside it and has grown into one with it in the
// picture is none of it: `object` is then what was added.
OpenFinding* Street::known_as(Standing& object) {
  for (OpenFinding& finding : open_) {
    const int shared = cv::countNonZero(finding.cells & object.cells);
    const int whole = cv::countNonZero(finding.cells);
    if (shared < kKnownShare * std::min(whole, object.area)) continue;
    cv::Mat around;
    cv::dilate(finding.cells, around, cv::Mat::ones(3, 3, CV_8U));
    const int least = std::max(memory_.least_thing_cells(), static_cast<int>(kAddedShare * whole));
    const auto added = objects_in(object.cells & ~around, memory_, least);
    if (added.empty()) return &finding;
    object = added.front();
  }
  return nullptr;
}

// Of these cells those that are only darker or brighter than the street, and far from anything that
// is more than that: the shade of a roof, the light of a lamp.
cv::Mat Street::shade(const cv::Mat& cells) const {
  cv::Mat thing = (memory_.changed_hard() >= 1) & cells;
  cv::dilate(thing, thing, cv::Mat::ones(7, 7, CV_8U));
  return cells & seen_cells(memory_, Seen::standing) & ~thing;
}

// A look can be wrong about it: somebody stood before it, the light was just changing.
bool Street::gap_is_sure(const Standing& object) {
  if (gap_looks_.size() != object.cells.size())
    gap_looks_ = cv::Mat::zeros(object.cells.size(), CV_8U);
  gap_looks_ += object.cells & 1;
  const int agreed = cv::countNonZero((gap_looks_ >= options_.looks_to_mature) & object.cells);
  return agreed > kSureShare * object.area;
}

OpenFinding* Street::open_in(std::size_t zone) {
  const auto it =
      std::find_if(open_.begin(), open_.end(), [&](const auto& f) { return f.zone == zone; });
  return it == open_.end() ? nullptr : &*it;
}

void Street::find_raised(const Look& look, Judgement& out) {
  // What stays only darker or brighter for long is how the street looks now.
  memory_.absorb_light(shade(matured_cells(kShadeStays, look.at)), look);
  std::map<std::int64_t, std::vector<Standing>> by_dwell;
  for (std::size_t zone = 0; zone < camera_.zones.size(); ++zone) {
    if (camera_.zones[zone].watch.empty()) continue;
    const Micros dwell = rule_of(camera_.zones[zone]).dwell;
    auto [it, fresh] = by_dwell.try_emplace(dwell.count);
    if (fresh) it->second = matured(dwell, look.at);
    for (const Standing& object : it->second) {
      if (consider(object, zone, look, out)) break;
    }
  }
}

// True when the memory was changed under the other objects, which are then left to the next look.
bool Street::consider(Standing object, std::size_t zone, const Look& look, Judgement& out) {
  // What was found is never taken for the street: only the street seen again clears it.
  OpenFinding* known = known_as(object);
  const auto footing = zones_->footing(object.cells, object.box, look.at, options_.foot_share);
  if (!footing || footing->zone != zone) return false;
  const ports::WatchRule& rule = rule_of(camera_.zones[zone]);
  const ObjectFacts facts = facts_of(object, memory_);
  if (facts.visible < kVisibleShare || facts.hard < kHardShare || facts.solid < kSolidShare)
    return false;
  const bool light = known == nullptr && is_light(object, memory_, look);
  if (light || (known == nullptr && is_ghost(object, memory_))) {
    if (!gap_is_sure(object)) return false;
    if (light)
      memory_.absorb_light(object.cells, look);
    else
      memory_.absorb_present(object.cells, look);
    return true;
  }
  if (!gap_looks_.empty()) gap_looks_.setTo(0, object.cells);
  if (look.at - std::max(object.since, footing->permitted_until) < rule.dwell) return false;
  if (known == nullptr) known = open_in(zone);
  if (known != nullptr) {  // more of the same: it has to go as well
    if (known->zone == zone) cv::bitwise_or(known->cells, object.cells, known->cells);
    return false;
  }
  const double score =
      std::clamp(0.5 + 0.5 * facts.solid * std::min(1.0, facts.hard + 0.3), 0.0, 1.0);
  if (score < bar_.value()) return false;
  const Matured matured{object.cells, zone,         picture_box(object.box),
                        object.begun, object.since, std::round(score * 100) / 100};
  if (!options_.ask_detector)
    out.raised.push_back(raise(matured, {rule.violation, "object", matured.score}, look.at));
  else if (const auto candidate = candidates_.offer(matured, look.at))
    out.candidates.push_back(*candidate);
  return false;
}

RaisedEvent Street::raise(const Matured& object, const Naming& naming, UtcMicros at) {
  OpenFinding finding{domain::FindingId("F" + make_ulid(at)),
                      object.zone,
                      naming.violation,
                      object.since,
                      at,
                      object.cells.clone(),
                      object.score};
  RaisedEvent event{finding.id, object.zone, naming.violation, object.begun, object.since,
                    at,         object.box,  naming.score,     naming.label};
  open_.push_back(std::move(finding));
  return event;
}

std::optional<RaisedEvent> Street::answer(std::uint64_t candidate, const Recognition& word,
                                          UtcMicros at) {
  const auto zone = candidates_.zone_of(candidate);
  if (!zone) return std::nullopt;
  const auto decided = candidates_.answer(candidate, word, camera_.zones[*zone], at);
  if (!decided || memory_.learning()) return std::nullopt;
  const cv::Mat& cells = decided->object.cells;
  const double left = cv::countNonZero(standing_cells(memory_) & cells);
  if (left < kVisibleShare * cv::countNonZero(cells)) return std::nullopt;  // gone meanwhile
  if (OpenFinding* known = open_in(*zone)) {
    cv::bitwise_or(known->cells, cells, known->cells);
    return std::nullopt;
  }
  return raise(decided->object, decided->naming, at);
}

void Street::find_cleared(UtcMicros at, Judgement& out) {
  for (auto it = open_.begin(); it != open_.end();) {
    // What was seen once only came after the street had been seen there again.
    const cv::Mat left = seen_twice_cells(memory_) & it->cells;
    const int all = cv::countNonZero(it->cells), remain = cv::countNonZero(left);
    if (remain > kLeftShare * all && remain >= memory_.least_thing_cells() / 2) {
      ++it;
      continue;
    }
    // What little is left starts anew: if it is something, it is found after the dwell.
    memory_.forget_standing(left);
    bar_.proven();
    out.cleared.push_back({it->id, at});
    it = open_.erase(it);
  }
}

void Street::find_maturing(UtcMicros at, Judgement& out) {
  out.maturing = false;
  cv::Mat known = cv::Mat::zeros(memory_.grid().height, memory_.grid().width, CV_8U);
  for (const auto& finding : open_) {
    cv::bitwise_or(known, finding.cells, known);
    const double all = cv::countNonZero(finding.cells);
    const double going = cv::countNonZero(going_cells(memory_) & finding.cells);
    if (going > kGoingShare * all) out.maturing = true;
  }
  candidates_.add_settled(known, at);
  cv::dilate(known, known, cv::Mat::ones(3, 3, CV_8U));
  std::vector<bool> busy(camera_.zones.size(), false);
  for (const Standing& object :
       objects_in(established_cells(memory_), memory_, memory_.least_thing_cells() / 2)) {
    const auto footing = zones_->footing(object.cells, object.box, at, options_.foot_share);
    if (!footing) continue;
    busy[footing->zone] = true;
    const Micros dwell = rule_of(camera_.zones[footing->zone]).dwell;
    if ((at - object.since).seconds() < kRipeShare * dwell.seconds()) continue;
    const int fresh = cv::countNonZero(object.cells & ~known);
    if (fresh >= memory_.least_thing_cells() / 2 && footing->permitted < options_.foot_share)
      out.maturing = true;
  }
  for (std::size_t i = 0; i < busy.size(); ++i) out.quiet_zones[i] = !busy[i];
}

std::optional<ports::LookResult> Street::look_result(std::size_t zone,
                                                     const domain::FindingId& finding) const {
  using ports::LookResult;
  if (memory_.learning() || !zones_) return std::nullopt;
  for (const auto& open : open_) {
    if (open.id != finding && open.zone != zone) continue;
    const double all = cv::countNonZero(open.cells);
    const double street = cv::countNonZero(seen_cells(memory_, Seen::street) & open.cells) / all;
    const double other = cv::countNonZero(seen_cells(memory_, Seen::other) & open.cells) / all;
    if (street > 1 - kLeftShare) return std::nullopt;  // about to be cleared, or not: one look more
    return other > 0.5 ? LookResult::cannot_see : LookResult::occupied;
  }
  // Nothing is known to stay here. Is the zone itself visible at all?
  const cv::Mat& mask = zones_->mask(zone);
  const double all = std::max(1, cv::countNonZero(mask));
  const double covered = cv::countNonZero(standing_cells(memory_) & mask) / all;
  return covered > 0.6 ? LookResult::cannot_see : LookResult::clear;
}

std::optional<domain::PictureBox> Street::box_of(const domain::FindingId& finding) const {
  for (const auto& open : open_) {
    if (open.id == finding) return picture_box(cv::boundingRect(open.cells));
  }
  return std::nullopt;
}

bool Street::dismiss(const domain::FindingId& finding) {
  const auto it =
      std::find_if(open_.begin(), open_.end(), [&](const auto& f) { return f.id == finding; });
  if (it == open_.end()) return false;
  cv::Mat cells;
  cv::dilate(it->cells, cells, cv::Mat::ones(3, 3, CV_8U));  // with its rim
  memory_.absorb_standing(cells);
  bar_.rejected(it->score);
  open_.erase(it);
  return true;
}

std::optional<std::size_t> Street::zone_index(const domain::ZoneId& id) const {
  for (std::size_t i = 0; i < camera_.zones.size(); ++i) {
    if (camera_.zones[i].id == id) return i;
  }
  return std::nullopt;
}

std::optional<Street::Saved> Street::save() const {
  if (memory_.learning()) return std::nullopt;
  Saved saved{memory_.save(), {}, bar_.value()};
  for (const auto& finding : open_) {
    saved.open.push_back(finding);
    saved.open.back().cells = finding.cells.clone();
  }
  return saved;
}

bool Street::restore(Saved saved) {
  const GridSize grid = saved.memory.grid;
  for (const auto& finding : saved.open) {
    if (finding.cells.size() != cv::Size(grid.width, grid.height)) return false;
  }
  if (!memory_.restore(std::move(saved.memory))) return false;
  std::erase_if(saved.open, [&](const auto& f) { return f.zone >= camera_.zones.size(); });
  open_ = std::move(saved.open);
  bar_.set(saved.bar);
  zones_.emplace(camera_.zones, grid, options_.local_offset);
  return true;
}

}  // namespace xunjie::watch
