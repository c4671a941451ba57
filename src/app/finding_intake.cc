#include "app/finding_intake.h"

#include <algorithm>

#include "app/case_records.h"
#include "app/device_review_json.h"
#include "app/json_reader.h"
#include "app/views.h"
#include "base/crash_point.h"
#include "domain/duplicates.h"
#include "domain/matching.h"

namespace xunjie::app {
namespace {

constexpr const char* kScope = "watcher";
// Another finding may open or end the case of this place between our look and our commit.
constexpr int kRacesMax = 8;
// What stands at a fixed camera's spot is placed no better than this without calibration.
constexpr double kPlaceErrorM = 12;
constexpr Micros kRelapseGrace = hours(2);
// A car leaves the sub-district it is registered in; whose street it is on its shops say.
constexpr double kSameStreetM = 150;

domain::Actor system_actor() {
  return {domain::UserId("system"), domain::Role::system, {}, {}};
}

domain::CommandId raise_id(const domain::FindingId& finding) {
  return domain::CommandId("raise-" + finding.value);
}

SystemCommand say(domain::CommandKind kind, domain::CommandId id) {
  SystemCommand command;
  command.scope = kScope;
  command.id = std::move(id);
  command.command.kind = kind;
  command.command.actor = system_actor();
  return command;
}

// A fact about a case that has ended meanwhile is nobody's error.
Result<void> settled(const Result<Applied>& applied) {
  if (applied.ok()) return {};
  const auto code = applied.error().code;
  if (code == ErrorCode::not_allowed_in_state || code == ErrorCode::not_found) return {};
  return applied.error();
}

// nullptr: none within kSameStreetM.
const Shop* nearest_shop(const RegistrySnapshot& registry, domain::LonLat position) {
  const Shop* nearest = nullptr;
  double least = kSameStreetM;
  for (const auto& [id, shop] : registry.shops) {
    const double away = domain::distance_m(shop.position, position);
    if (away > least) continue;
    nearest = &shop;
    least = away;
  }
  return nearest;
}

domain::CommandKind command_for(ports::LookResult result) {
  switch (result) {
    case ports::LookResult::clear:
      return domain::CommandKind::recheck_clear;
    case ports::LookResult::occupied:
      return domain::CommandKind::recheck_still_there;
    case ports::LookResult::cannot_see:
      break;
  }
  return domain::CommandKind::recheck_cannot_see;
}

// The device as it was on record when the picture was taken.
void complete(domain::Seal& seal, const RegistrySnapshot& registry, UtcMicros taken_at,
              UtcMicros now) {
  const auto camera = registry.cameras.find(seal.camera);
  if (camera != registry.cameras.end()) seal.device_version = camera->second.version;
  seal.device_reviewed =
      evidence_gap_of(registry.reviews_of(seal.camera).records, taken_at, now).empty();
}

}  // namespace

FindingIntake::FindingIntake(ports::Store& store, const ports::Clock& clock,
                             const ReferenceData& reference, const Registry& registry,
                             CaseCommands& commands, CameraHealthBook& health)
    : store_(store),
      clock_(clock),
      reference_(reference),
      registry_(registry),
      commands_(commands),
      health_(health) {}

// What a camera on a pole sees stands near it; its zone knows whose front it is.
void FindingIntake::place_by_zone(const ports::Zone& zone, const RegistrySnapshot& registry,
                                  domain::Sighting& sighting) const {
  domain::FindingPlace place;
  place.position = sighting.position;
  place.error_m = kPlaceErrorM;
  if (!zone.shop.empty()) place.zone_shops.push_back(zone.shop);
  std::vector<domain::ShopPlace> shops;
  for (const auto& [id, shop] : registry.shops) {
    if (shop.subdistrict != sighting.subdistrict) continue;
    shops.push_back({id, shop.position, shop.frontage_m, std::nullopt});
  }
  domain::MatchOptions options;
  options.radius_m = reference_.policy.match_radius_m;
  // Where no stall may be at all there is no shop to blame but the one drawn into the zone.
  const bool by_distance = zone.kind != ports::ZoneKind::no_stall;
  if (by_distance || !place.zone_shops.empty()) {
    if (const auto match = domain::match_shop(place, shops, options)) {
      sighting.shop = match->shop;
      sighting.shop_confidence = match->confidence;
      const auto shop = registry.shops.find(match->shop);
      if (shop != registry.shops.end()) sighting.address = shop->second.address;
    }
  }
  sighting.place_key = domain::place_key_of(sighting.shop, sighting.camera, sighting.zone);
}

// A camera on a car said itself where, whose and how surely.
void FindingIntake::place_on_ground(const ports::GroundPlace& place, const ports::Zone& zone,
                                    const RegistrySnapshot& registry, domain::Sighting& sighting) {
  sighting.position = place.position;
  sighting.position_error_m = place.error_m;
  sighting.address += "沿途";
  const auto shop = registry.shops.find(place.shop);
  if (shop == registry.shops.end()) {
    if (const auto* near = nearest_shop(registry, place.position)) {
      sighting.subdistrict = near->subdistrict;
      sighting.address = near->address + "附近，" + sighting.address;
    }
  } else {
    sighting.address = shop->second.address;
    sighting.subdistrict = shop->second.subdistrict;
    // Where no stall may be at all the shop behind it is not to blame.
    if (zone.kind != ports::ZoneKind::no_stall) {
      sighting.shop = place.shop;
      sighting.shop_confidence = place.shop_confidence;
    }
  }
  sighting.place_key = domain::ground_key_of(sighting.shop, sighting.camera, sighting.finding);
}

Result<domain::Sighting> FindingIntake::sighting_of(const ports::RaisedFinding& finding) const {
  const auto registry = registry_.snapshot();
  const auto camera = registry->cameras.find(finding.camera);
  if (camera == registry->cameras.end()) {
    return make_error(ErrorCode::not_found, "没有探头 “" + finding.camera.value + "”", "camera");
  }
  const auto& zones = camera->second.config.zones;
  const auto zone = std::find_if(zones.begin(), zones.end(),
                                 [&finding](const auto& one) { return one.id == finding.zone; });
  if (zone == zones.end()) {
    return make_error(ErrorCode::not_found, "没有监管区域 “" + finding.zone.value + "”", "zone");
  }
  domain::Sighting sighting;
  sighting.finding = finding.id;
  sighting.camera = finding.camera;
  sighting.zone = finding.zone;
  sighting.violation = finding.violation;
  sighting.subdistrict = camera->second.subdistrict;
  sighting.position = camera->second.config.position;
  sighting.address = camera->second.config.name;

  if (finding.place)
    place_on_ground(*finding.place, *zone, *registry, sighting);
  else
    place_by_zone(*zone, *registry, sighting);
  sighting.since = finding.since;
  sighting.seen_at = finding.at;
  sighting.box = finding.box;
  sighting.label = finding.label;
  sighting.score = finding.score;
  sighting.pictures = finding.pictures;
  sighting.clip = finding.clip;
  seal(sighting.pictures);
  if (sighting.clip && sighting.clip->seal)
    complete(*sighting.clip->seal, *registry, sighting.clip->until, clock_.now());
  return sighting;
}

void FindingIntake::seal(std::vector<domain::Picture>& pictures) const {
  const auto registry = registry_.snapshot();
  for (auto& picture : pictures) {
    if (picture.seal) complete(*picture.seal, *registry, picture.taken_at, clock_.now());
  }
}

// Ahead of need: the reviewer who opens the case a second later finds them made.
void FindingIntake::prepare_copies(const std::vector<domain::Picture>& pictures) const {
  if (copies_ == nullptr) return;
  // The deciding picture comes last and is looked at first.
  for (auto at = pictures.rbegin(); at != pictures.rend(); ++at) {
    const auto& picture = *at;
    CopyDesk::Order order;
    order.original = picture.original;
    order.box = picture.box;
    order.thumbnail = picture.role == domain::PictureRole::now;  // makes the full copy as well
    copies_->prepare(order);
  }
}

Result<void> FindingIntake::raised(const ports::RaisedFinding& finding) {
  XUNJIE_TRY(known, store_.find_receipt(kScope, raise_id(finding.id)));
  if (known) return {};
  XUNJIE_TRY(sighting, sighting_of(finding));
  crash_point("intake.before_commit");
  Result<void> result = settle(sighting);
  if (!result.ok()) return result;
  crash_point("intake.after_commit");
  prepare_copies(sighting.pictures);
  return result;
}

// Adds the sighting to the open case of its place and kind, or opens one; tries again when another
// finding wins the race for the place.
Result<void> FindingIntake::settle(const domain::Sighting& sighting) {
  for (int race = 0; race < kRacesMax; ++race) {
    XUNJIE_TRY(row, store_.find_open_case(sighting.place_key, sighting.violation.value));
    auto command = say(row ? domain::CommandKind::saw_again : domain::CommandKind::report,
                       raise_id(sighting.finding));
    command.command.sighting = sighting;
    if (!row) {
      XUNJIE_TRY(relapse_of, relapse(sighting));
      command.command.facts.reference = relapse_of.value;
    }
    const auto id = row ? row->id : domain::CaseId("C" + make_ulid(clock_.now()));
    const auto applied = row ? commands_.apply(id, command) : commands_.open(id, command);
    if (applied.ok() || applied.error().code == ErrorCode::command_reused) return {};
    const auto code = applied.error().code;
    const bool lost = code == ErrorCode::already_exists || code == ErrorCode::version_conflict ||
                      (row && code == ErrorCode::not_allowed_in_state);
    if (!lost) return applied.error();
  }
  return make_error(ErrorCode::unavailable, "该点位的案件正在变动，请稍后再报");
}

// The case that ended at this place shortly before, for the reviewer to see; empty: none.
Result<domain::CaseId> FindingIntake::relapse(const domain::Sighting& sighting) const {
  ports::CaseFilter filter;
  filter.place_key = sighting.place_key;
  filter.violation = sighting.violation.value;
  filter.open = false;
  ports::Page newest;
  newest.limit = 1;
  XUNJIE_TRY(rows, store_.list_cases(filter, newest));
  if (rows.items.empty()) return domain::CaseId();
  XUNJIE_TRY(last, case_of(store_, rows.items.front()));
  const auto judged = domain::judge_arrival(sighting, std::nullopt, last, kRelapseGrace);
  return judged.arrival == domain::Arrival::relapse ? judged.of : domain::CaseId();
}

Result<void> FindingIntake::cleared(const ports::ClearedFinding& finding) {
  XUNJIE_TRY(receipt, store_.find_receipt(kScope, raise_id(finding.id)));
  if (!receipt) return {};  // raised before this store began; nothing here is about it
  XUNJIE_TRY(reply, parse_json(receipt->reply));
  const auto* object = reply.if_object();
  const auto* id = object == nullptr ? nullptr : object->if_contains("case");
  if (id == nullptr || !id->is_string()) {
    return make_error(ErrorCode::corrupt, "发现 " + finding.id.value + " 的回执无法读取");
  }
  auto command =
      say(domain::CommandKind::saw_clear, domain::CommandId("clear-" + finding.id.value));
  command.command.facts.pictures = finding.pictures;
  seal(command.command.facts.pictures);
  return settled(commands_.apply(domain::CaseId(std::string(id->get_string())), command));
}

void FindingIntake::health(const ports::CameraHealth& health) {
  health_.record(health);
}

Result<void> FindingIntake::looked(const ports::LookAnswer& answer) {
  const auto dash = answer.id.find('-');
  if (dash == std::string::npos) {
    return make_error(ErrorCode::invalid_argument,
                      "查看回复的编号 “" + answer.id + "” 不是本系统的", "id");
  }
  auto command = say(command_for(answer.result), domain::CommandId("look-" + answer.id));
  command.command.facts.pictures = answer.pictures;
  seal(command.command.facts.pictures);
  return settled(commands_.apply(domain::CaseId(answer.id.substr(0, dash)), command));
}

}  // namespace xunjie::app
