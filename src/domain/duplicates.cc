#include "domain/duplicates.h"

#include <cmath>

#include "domain/geo.h"

namespace xunjie::domain {
namespace {

constexpr double kThingM = 3;       // two views of one heap may name spots this far apart
constexpr double kErrorsApart = 3;  // standard deviations

bool same_place_and_kind(const Sighting& a, const Sighting& b) {
  return a.place_key == b.place_key && a.violation == b.violation;
}

bool came_back(const Sighting& sighting, const Case& last, Micros grace) {
  if (!last.ended_at || !same_place_and_kind(sighting, last.sighting)) return false;
  return sighting.since < *last.ended_at || sighting.since - *last.ended_at <= grace;
}

// A car's camera sees all it passes in one zone of its picture: there the places themselves are
// compared, as far as they were measured.
bool may_be_one_place(const Sighting& a, const Sighting& b) {
  if (a.place_key == b.place_key || (!a.shop.empty() && a.shop == b.shop)) return true;
  const bool measured = a.position_error_m > 0 || b.position_error_m > 0;
  if (!measured) return a.camera == b.camera && a.zone == b.zone;
  if (a.position_error_m <= 0 || b.position_error_m <= 0) return false;
  const double error_m = std::hypot(a.position_error_m, b.position_error_m);
  return distance_m(a.position, b.position) <= kThingM + kErrorsApart * error_m;
}

Error not_into(const std::string& why) {
  return make_error(ErrorCode::invalid_argument, "into：" + why, "into");
}

}  // namespace

std::string place_key_of(const ShopId& shop, const CameraId& camera, const ZoneId& zone) {
  return shop.empty() ? "zone:" + camera.value + "/" + zone.value : "shop:" + shop.value;
}

std::string ground_key_of(const ShopId& shop, const CameraId& camera, const FindingId& finding) {
  return shop.empty() ? "ground:" + camera.value + "/" + finding.value : "shop:" + shop.value;
}

ArrivalJudgement judge_arrival(const Sighting& sighting, const std::optional<Case>& open,
                               const std::optional<Case>& last, Micros grace) {
  for (const auto* known : {&open, &last}) {
    if (*known && (*known)->sighting.finding == sighting.finding)
      return {Arrival::repeated, (*known)->id};
  }
  if (open && !is_end(open->state) && same_place_and_kind(sighting, open->sighting)) {
    return {Arrival::seen_again, open->id};
  }
  if (last && came_back(sighting, *last, grace)) return {Arrival::relapse, last->id};
  return {};
}

Result<void> check_merge(const Case& from, const Case& into) {
  if (from.id == into.id) return not_into("不能并入自身");
  if (is_end(into.state)) return not_into("案件 " + into.id.value + " 已办结，不能并入");
  if (from.sighting.violation != into.sighting.violation) return not_into("两案违法类型不同");
  if (!may_be_one_place(from.sighting, into.sighting)) return not_into("两案地点不同");
  return {};
}

}  // namespace xunjie::domain
