#include "ports/watching.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>

namespace xunjie::ports {
namespace {

constexpr std::size_t kMaxZones = 64;
constexpr std::size_t kMaxRules = 16;
constexpr std::size_t kMaxHours = 16;
constexpr std::size_t kMaxNameBytes = 200;
constexpr std::size_t kMaxSourceBytes = 2048;
constexpr std::size_t kMaxPoints = 64;
// Smaller than this share of the picture nothing can be judged.
constexpr double kMinZoneArea = 0.0005;
constexpr Micros kMinDwell = seconds(3);
constexpr Micros kMaxDwell = days(7);
constexpr int kMinutesPerDay = 24 * 60;

using domain::PicturePoint;
using domain::PicturePolygon;

Error wrong(const std::string& field, const std::string& message) {
  return make_error(ErrorCode::invalid_argument, field + ": " + message, field);
}

bool is_operator_id(std::string_view id) {
  const auto word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (id.empty() || id.size() > 64 || !word(id.front())) return false;
  return std::all_of(id.begin(), id.end(), [&](char c) { return word(c) || c == '_' || c == '-'; });
}

// Ids come from outside: what is shown of a wrong one is short and printable.
std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 80)) out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  return "\"" + out + "\"";
}

Result<void> check_id(const std::string& id, const std::string& field) {
  if (is_operator_id(id)) return {};
  return wrong(
      field,
      shown(id) + " is not an id: 1-64 of a-z, 0-9, _ and -, starting with a letter or digit");
}

double cross(PicturePoint o, PicturePoint a, PicturePoint b) {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

bool between(PicturePoint a, PicturePoint b, PicturePoint p) {
  return std::min(a.x, b.x) <= p.x && p.x <= std::max(a.x, b.x) && std::min(a.y, b.y) <= p.y &&
         p.y <= std::max(a.y, b.y);
}

// Do the segments ab and cd have a point in common?
bool meet(PicturePoint a, PicturePoint b, PicturePoint c, PicturePoint d) {
  const double d1 = cross(c, d, a), d2 = cross(c, d, b), d3 = cross(a, b, c), d4 = cross(a, b, d);
  if (((d1 > 0) != (d2 > 0)) && ((d3 > 0) != (d4 > 0)) && d1 != 0 && d2 != 0 && d3 != 0 &&
      d4 != 0) {
    return true;
  }
  return (d1 == 0 && between(c, d, a)) || (d2 == 0 && between(c, d, b)) ||
         (d3 == 0 && between(a, b, c)) || (d4 == 0 && between(a, b, d));
}

double area_of(const PicturePolygon& polygon) {
  double twice = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const auto& a = polygon[i];
    const auto& b = polygon[(i + 1) % polygon.size()];
    twice += a.x * b.y - b.x * a.y;
  }
  return std::abs(twice) / 2;
}

Result<void> check_crossings(const PicturePolygon& polygon, const std::string& field) {
  const std::size_t n = polygon.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      if (j == i + 1 || (i == 0 && j == n - 1)) continue;  // neighbours share a corner
      if (!meet(polygon[i], polygon[(i + 1) % n], polygon[j], polygon[(j + 1) % n])) continue;
      // Points are counted from 1 for people, from 0 in the path.
      return wrong(field + "[" + std::to_string(i) + "]",
                   "边线自相交：从第 " + std::to_string(i + 1) + " 点和第 " +
                       std::to_string(j + 1) + " 点出发的两条边相遇，请沿区域一圈依次给出各点");
    }
  }
  return {};
}

Result<void> check_polygon(const PicturePolygon& polygon, const std::string& field) {
  if (polygon.size() < 3 || polygon.size() > kMaxPoints) {
    return wrong(field, "有 " + std::to_string(polygon.size()) + " 个点，应为 3 到 64 个");
  }
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const auto& p = polygon[i];
    const std::string at = field + "[" + std::to_string(i) + "]";
    const bool inside = p.x >= 0 && p.x <= 1 && p.y >= 0 && p.y <= 1;  // false for NaN as well
    if (!inside) {
      return wrong(at, "(" + std::to_string(p.x) + ", " + std::to_string(p.y) +
                           ") 在画面之外，x、y 应为宽、高的 0 到 1");
    }
    if (p == polygon[(i + 1) % polygon.size()]) return wrong(at, "与后一个点重合，请去掉一个");
  }
  XUNJIE_TRY_VOID(check_crossings(polygon, field));
  if (area_of(polygon) < kMinZoneArea) {
    return wrong(field, "只占画面的 " + std::to_string(area_of(polygon)) +
                            "，太小看不出东西，至少应占 0.0005");
  }
  return {};
}

Result<void> check_hours(const std::vector<MinuteSpan>& hours, const std::string& field) {
  if (hours.size() > kMaxHours) return wrong(field, "has more than 16 spans");
  for (std::size_t i = 0; i < hours.size(); ++i) {
    const auto& span = hours[i];
    const std::string at = field + "[" + std::to_string(i) + "]";
    if (span.from < 0 || span.from >= kMinutesPerDay || span.until < 0 ||
        span.until > kMinutesPerDay) {
      return wrong(at, "lies outside the day; from is 00:00 to 23:59, until 00:00 to 24:00");
    }
    if (span.from == span.until) return wrong(at, "时段为空；全天请写 00:00 到 24:00");
  }
  return {};
}

Result<void> check_rules(const std::vector<WatchRule>& rules, const std::string& field) {
  if (rules.size() > kMaxRules) return wrong(field, "has more than 16 rules");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto& rule = rules[i];
    const std::string at = field + "[" + std::to_string(i) + "]";
    XUNJIE_TRY_VOID(check_id(rule.violation.value, at + ".violation"));
    if (!seen.insert(rule.violation.value).second) {
      return wrong(at + ".violation", shown(rule.violation.value) + " 在这个区域里查看了两次");
    }
    if (rule.dwell < kMinDwell || rule.dwell > kMaxDwell) {
      return wrong(at + ".dwell_s",
                   std::to_string(rule.dwell.seconds()) + " 秒超出范围，应为 3 到 604800（7 天）");
    }
  }
  return {};
}

Result<void> check_zone(const Zone& zone, const std::string& at) {
  XUNJIE_TRY_VOID(check_id(zone.id.value, at + ".id"));
  if (!zone.shop.empty()) XUNJIE_TRY_VOID(check_id(zone.shop.value, at + ".shop"));
  XUNJIE_TRY_VOID(check_polygon(zone.polygon, at + ".polygon"));
  XUNJIE_TRY_VOID(check_hours(zone.permitted_hours, at + ".permitted_hours"));
  XUNJIE_TRY_VOID(check_rules(zone.watch, at + ".watch"));
  if (zone.kind == ZoneKind::privacy_mask && !zone.watch.empty()) {
    return wrong(at + ".watch", "隐私遮挡里从不查看，请去掉查看项或改换区域类型");
  }
  return {};
}

Result<void> check_head(const CameraConfig& camera) {
  XUNJIE_TRY_VOID(check_id(camera.id.value, "id"));
  if (camera.name.empty() || camera.name.size() > kMaxNameBytes) {
    return wrong("name", "must have 1 to 200 bytes");
  }
  constexpr std::array<std::string_view, 3> kinds{"dome", "fixed", "vehicle"};
  if (std::find(kinds.begin(), kinds.end(), camera.kind) == kinds.end()) {
    return wrong("kind", shown(camera.kind) + " is unknown; dome, fixed or vehicle");
  }
  if (camera.source.size() > kMaxSourceBytes) return wrong("source", "is longer than 2048 bytes");
  const auto within = [](double value, double limit) { return value >= -limit && value <= limit; };
  if (!within(camera.position.lon, 180))
    return wrong("position.lon", "must be -180 to 180 degrees");
  if (!within(camera.position.lat, 90)) return wrong("position.lat", "must be -90 to 90 degrees");
  return {};
}

Result<void> check_car(const CameraConfig& camera) {
  if (!camera.car) return {};
  if (camera.kind != "vehicle")
    return wrong("mounting", "只用于车载探头（kind 为 vehicle），此探头是 " + shown(camera.kind));
  XUNJIE_TRY_VOID(validate(camera.car->mounting));
  XUNJIE_TRY_VOID(validate_track_source(camera.car->track.source));
  XUNJIE_TRY_VOID(validate(camera.car->track));
  if (camera.car->frontages.size() > kMaxFrontages)
    return wrong("frontages", std::to_string(camera.car->frontages.size()) + " 个，至多 20000 个");
  return {};
}

}  // namespace

std::string_view name_of(CameraState state) {
  switch (state) {
    case CameraState::ok:
      return "ok";
    case CameraState::lost:
      return "lost";
    case CameraState::dark:
      return "dark";
    case CameraState::frozen:
      return "frozen";
    case CameraState::moved:
      return "moved";
    case CameraState::blocked:
      return "blocked";
    case CameraState::blurred:
      return "blurred";
    case CameraState::light_change:
      return "light_change";
    case CameraState::no_position:
      return "no_position";
    case CameraState::no_model:
      return "no_model";
  }
  return "";
}

std::string_view name_of(ZoneKind kind) {
  switch (kind) {
    case ZoneKind::shop_front:
      return "shop_front";
    case ZoneKind::pavement:
      return "pavement";
    case ZoneKind::no_stall:
      return "no_stall";
    case ZoneKind::permitted:
      return "permitted";
    case ZoneKind::privacy_mask:
      return "privacy_mask";
  }
  return "";
}

Result<void> validate(const CameraConfig& camera) {
  XUNJIE_TRY_VOID(check_head(camera));
  XUNJIE_TRY_VOID(check_car(camera));
  if (camera.zones.size() > kMaxZones) return wrong("zones", "has more than 64 zones");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < camera.zones.size(); ++i) {
    const std::string at = "zones[" + std::to_string(i) + "]";
    XUNJIE_TRY_VOID(check_zone(camera.zones[i], at));
    if (!seen.insert(camera.zones[i].id.value).second) {
      return wrong(at + ".id", shown(camera.zones[i].id.value) + " 已是本探头另一区域的编号");
    }
  }
  return {};
}

}  // namespace xunjie::ports
