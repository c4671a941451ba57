#include "watch/vehicle/live_drive.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>
#include <utility>

namespace xunjie::watch::vehicle {
namespace {

using ports::LookResult;

constexpr Micros kNeverSettles = seconds(15);  // after that no more fixes will come for a moment

const Sighting& largest(const PassThing& thing) {
  return *std::max_element(
      thing.sightings.begin(), thing.sightings.end(),
      [](const Sighting& a, const Sighting& b) { return a.box.w * a.box.h < b.box.w * b.box.h; });
}

}  // namespace

DriveOptions drive_options(DriveOptions options, const ports::DetectorInfo& info) {
  for (const auto& known : info.classes) {
    if (known.meaning == ports::ClassMeaning::ignored) options.passing.push_back(known.name);
    if (known.meaning != ports::ClassMeaning::violation) continue;
    auto& kinds = options.kinds[known.name];
    kinds.clear();
    for (const auto& violation : known.violations) kinds.push_back(violation.value);
  }
  return options;
}

LiveDrive::LiveDrive(const ports::CameraConfig& camera, domain::LonLat origin,
                     const LiveDriveOptions& options, const TimeLine& time,
                     FirstSights first_sights)
    : camera_(camera),
      options_(options),
      time_(time),
      origin_(origin),
      plane_(origin),
      drive_(camera, camera.car->mounting, plane_, camera.car->frontages, options.drive),
      first_sights_(std::move(first_sights)) {}

// --- looks in -----------------------------------------------------------------------------------

std::uint64_t LiveDrive::expect(const VehicleLook& look, UtcMicros now) {
  expected_.push_back({++last_number_, look, now, !look.sound});
  return last_number_;
}

void LiveDrive::answer(std::uint64_t number, std::optional<std::vector<Detection>> detections) {
  const auto at = std::find_if(expected_.begin(), expected_.end(),
                               [number](const Expected& e) { return e.number == number; });
  if (at == expected_.end() || at->answered) return;
  at->answered = true;
  at->look.sound = detections.has_value();
  if (detections) at->look.detections = std::move(*detections);
}

bool LiveDrive::worth_keeping(const std::vector<Detection>& detections,
                              const std::optional<View>& view) const {
  const auto& passing = options_.drive.passing;
  const bool may_violate =
      std::any_of(detections.begin(), detections.end(), [&](const Detection& d) {
        return std::find(passing.begin(), passing.end(), d.label) == passing.end();
      });
  if (may_violate) return true;
  if (!view) return false;
  const auto& open = drive_.open();
  return std::any_of(open.begin(), open.end(),
                     [&](const auto& finding) { return shows_place(*view, finding.place); }) ||
         std::any_of(asked_.begin(), asked_.end(), [&](const Asked& asked) {
           const auto place = place_of(asked.request.finding);
           return place && shows_place(*view, *place);
         });
}

void LiveDrive::put_in(const RollingTrack& track, std::vector<PassReport>& reports) {
  Expected& next = expected_.front();
  if (!next.answered) next.look.sound = false;
  for (auto& report : drive_.look(next.look, track.pose_at(next.look.at)))
    reports.push_back(std::move(report));
  expected_.pop_front();
}

std::vector<SpoolItem> LiveDrive::advance(const RollingTrack& track, UtcMicros now) {
  std::vector<PassReport> reports;
  while (!expected_.empty()) {
    const Expected& next = expected_.front();
    if (!next.answered && now - next.since < options_.detector_patience) break;
    const auto ends = track.ends();
    const bool settled = ends && *ends - next.look.at >= options_.settle;
    if (!settled && now - next.look.at < options_.settle + kNeverSettles) break;
    put_in(track, reports);
    fed_ = now;
  }
  if (fed_ && expected_.empty() && now - *fed_ >= options_.rest) {
    for (auto& report : drive_.finish()) reports.push_back(std::move(report));
    fed_.reset();
  }
  return items_of(reports);
}

std::vector<SpoolItem> LiveDrive::finish(const RollingTrack& track) {
  std::vector<PassReport> reports;
  while (!expected_.empty()) put_in(track, reports);
  for (auto& report : drive_.finish()) reports.push_back(std::move(report));
  fed_.reset();
  return items_of(reports);
}

// --- words out ----------------------------------------------------------------------------------

std::vector<SpoolItem> LiveDrive::items_of(const std::vector<PassReport>& reports) {
  std::vector<SpoolItem> items;
  for (const PassReport& report : reports) {
    ++passes_;
    for (const auto& cleared : report.cleared) items.push_back(cleared_item(cleared));
    for (const auto& raised : report.raised) items.push_back(raised_item(raised, report));
    answer_asked(report, items);
    keep_first_sights(report);
    shelf_.forget_before(report.seen.looks.back().at + Micros{1});
  }
  return items;
}

// The finding is shown at the best moment whose picture is still there.
void LiveDrive::add_now(SpoolItem& item, const PassThing& thing, UtcMicros at,
                        domain::PictureRole role) const {
  const auto off = [at](const Sighting& s) { return std::abs((s.seen.at - at).count); };
  const Sighting* best = nullptr;
  for (const Sighting& s : thing.sightings) {
    if (shelf_.has(s.seen.at) && (best == nullptr || off(s) < off(*best))) best = &s;
  }
  if (best == nullptr) return;
  if (auto picture = shelf_.at(best->seen.at, role, best->box))
    item.pictures.push_back(std::move(*picture));
}

void LiveDrive::add_clip(SpoolItem& item, UtcMicros at) const {
  const auto run = shelf_.run(at - options_.clip_around, at + options_.clip_around);
  auto clip = clip_item(run.stream, run.packets, camera_.zones, time_);
  if (clip.ok()) {
    item.clip = std::move(*clip);
  } else {
    spdlog::warn("watch: camera {}: no clip: {}", camera_.id.value, clip.error().message);
  }
}

// Of what this pass was the first to see. Under a number that was used before, in a pass a crash
// made forgotten, nothing of it may stay.
void LiveDrive::keep_first_sights(const PassReport& report) {
  drop_first_sights(report);
  for (const Recognised& one : report.things) {
    if (one.thing == 0 || !one.fresh) continue;
    first_sights_.forget(one.thing);
    const KnownThing* thing = drive_.known().find(one.thing);
    if (thing == nullptr || !thing->finding.empty()) continue;
    SpoolItem item;
    const PassThing& seen = report.seen.things[one.seen];
    add_now(item, seen, largest(seen).seen.at, domain::PictureRole::arrival);
    if (!item.pictures.empty()) first_sights_.put(one.thing, item.pictures.front());
  }
}

// What this pass raised stays until the next: its item may yet be refused and made again.
void LiveDrive::drop_first_sights(const PassReport& report) {
  const UtcMicros now = report.seen.looks.back().at;
  std::set<ThingId> wanted;
  for (const KnownThing& thing : drive_.known().all()) {
    const bool raised_now =
        std::any_of(report.raised.begin(), report.raised.end(),
                    [&](const DriveRaised& raised) { return raised.id == thing.finding; });
    const bool open = thing.finding.empty() || raised_now;
    if (open && now - thing.first_seen < options_.first_sight) wanted.insert(thing.id);
  }
  first_sights_.keep_only([&](ThingId thing) { return wanted.contains(thing); });
}

SpoolItem LiveDrive::raised_item(const DriveRaised& raised, const PassReport& report) const {
  SpoolItem item{.kind = SpoolItem::Kind::raised, .camera = camera_.id};
  item.raised = {.id = raised.id,
                 .camera = camera_.id,
                 .zone = camera_.zones[raised.zone].id,
                 .violation = raised.violation,
                 .since = time_.to_wall(raised.since),
                 .at = time_.to_wall(raised.at),
                 .box = raised.box,
                 .label = raised.label,
                 .score = raised.score};
  item.raised.place = ports::GroundPlace{.position = raised.position,
                                         .error_m = raised.error_m,
                                         .shop = raised.shop,
                                         .shop_confidence = raised.shop_confidence};
  const PassThing& thing = report.seen.things[raised.seen];
  const Recognised& known = report.things[raised.seen];
  auto first = known.fresh ? std::nullopt : first_sights_.get(known.thing);
  if (first)
    item.pictures.push_back(std::move(*first));
  else
    add_now(item, thing, thing.sightings.front().seen.at, domain::PictureRole::arrival);
  add_now(item, thing, raised.pictured_at, domain::PictureRole::now);
  // One moment may be both the first and the best; two that look alike are two.
  if (item.pictures.size() == 2 && item.pictures[0].taken_at == item.pictures[1].taken_at)
    item.pictures.erase(item.pictures.begin());
  if (!item.pictures.empty()) item.raised.box = item.pictures.back().box.value_or(raised.box);
  add_clip(item, raised.pictured_at);
  spdlog::info("watch: camera {}: {} ({}) found at {:.6f},{:.6f} ± {:.1f} m", camera_.id.value,
               raised.id.value, raised.label, raised.position.lat, raised.position.lon,
               raised.error_m);
  return item;
}

SpoolItem LiveDrive::cleared_item(const DriveCleared& cleared) const {
  SpoolItem item{.kind = SpoolItem::Kind::cleared, .camera = camera_.id};
  item.cleared = {.id = cleared.id, .camera = camera_.id, .at = time_.to_wall(cleared.at)};
  if (const auto place = place_of(cleared.id)) {
    if (auto picture = shelf_.showing(*place, domain::PictureRole::now))
      item.pictures.push_back(std::move(*picture));
  }
  spdlog::info("watch: camera {}: {} is gone", camera_.id.value, cleared.id.value);
  return item;
}

// --- asked looks --------------------------------------------------------------------------------

Result<void> LiveDrive::ask(const ports::LookRequest& request, UtcMicros now) {
  const auto same = [&](const Asked& asked) { return asked.request.id == request.id; };
  if (std::any_of(asked_.begin(), asked_.end(), same)) return {};
  if (asked_.size() >= kMostAsked)
    return make_error(ErrorCode::unavailable, "too many looks are asked of this camera");
  asked_.push_back({request, now});
  return {};
}

SpoolItem LiveDrive::answer_item(const Asked& asked, LookResult result, UtcMicros at) const {
  SpoolItem item{.kind = SpoolItem::Kind::looked, .camera = camera_.id};
  item.looked = {.id = asked.request.id, .result = result, .at = time_.to_wall(at)};
  return item;
}

// Only a pass that began after somebody asked: what an earlier one saw may have been before it.
void LiveDrive::answer_asked(const PassReport& report, std::vector<SpoolItem>& items) {
  const UtcMicros at = report.seen.looks.back().at;
  std::erase_if(asked_, [&](const Asked& asked) {
    const auto word = std::find_if(report.words.begin(), report.words.end(),
                                   [&](const auto& w) { return w.id == asked.request.finding; });
    if (word == report.words.end() || report.seen.looks.front().at < asked.since) return false;
    SpoolItem item =
        answer_item(asked, word->standing ? LookResult::occupied : LookResult::clear, at);
    if (word->seen) {
      const PassThing& thing = report.seen.things[*word->seen];
      add_now(item, thing, thing.sightings.back().seen.at, domain::PictureRole::recheck);
    } else if (const auto place = place_of(asked.request.finding)) {
      if (auto picture = shelf_.showing(*place, domain::PictureRole::recheck))
        item.pictures.push_back(std::move(*picture));
    }
    items.push_back(std::move(item));
    return true;
  });
}

std::vector<SpoolItem> LiveDrive::overdue(UtcMicros now) {
  std::vector<SpoolItem> items;
  std::erase_if(asked_, [&](const Asked& asked) {
    const bool known = knows(asked.request.finding);
    if (known && now - asked.since < options_.patience) return false;
    items.push_back(answer_item(asked, LookResult::cannot_see, now));
    return true;
  });
  return items;
}

bool LiveDrive::knows(const domain::FindingId& finding) const {
  return place_of(finding).has_value();
}

std::optional<Metres2> LiveDrive::place_of(const domain::FindingId& finding) const {
  for (const auto& open : drive_.open()) {
    if (open.id == finding) return open.place;
  }
  for (const auto& gone : drive_.gone()) {
    if (gone.id == finding && !gone.things.empty()) return gone.things.front().place.at;
  }
  return std::nullopt;
}

// --- memory -------------------------------------------------------------------------------------

DriveMemory LiveDrive::memory() const {
  return {origin_, drive_.known().all(), drive_.open(), drive_.gone(), 0};
}

void LiveDrive::restore(DriveMemory memory) {
  drive_.restore(std::move(memory.things), std::move(memory.open), std::move(memory.gone));
}

}  // namespace xunjie::watch::vehicle
