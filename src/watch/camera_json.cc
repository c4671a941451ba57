#include "watch/camera_json.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <initializer_list>
#include <iterator>

#include <boost/json.hpp>

namespace xunjie::watch {
namespace {

namespace json = boost::json;
using ports::CameraConfig;
using ports::MinuteSpan;
using ports::WatchRule;
using ports::Zone;
using ports::ZoneKind;

constexpr std::size_t kMaxBytes = 1U << 20U;

Error wrong(const std::string& field, const std::string& message) {
  return make_error(ErrorCode::invalid_argument,
                    (field.empty() ? "document" : field) + ": " + message, field);
}

std::string join(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

std::string at_index(const std::string& path, std::size_t i) {
  return path + "[" + std::to_string(i) + "]";
}

Result<const json::object*> object_at(const json::value& value, const std::string& path,
                                      std::initializer_list<std::string_view> known) {
  const json::object* object = value.if_object();
  if (object == nullptr) return wrong(path, "must be an object");
  for (const auto& member : *object) {
    bool found = false;
    for (const auto key : known) found = found || key == std::string_view(member.key());
    if (!found)
      return wrong(join(path, std::string_view(member.key()).substr(0, 60)), "unknown field");
  }
  return object;
}

Result<const json::value*> required(const json::object& object, const char* key,
                                    const std::string& path) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return wrong(join(path, key), "is missing");
  return value;
}

Result<std::string> text_at(const json::object& object, const char* key, const std::string& path) {
  XUNJIE_TRY(value, required(object, key, path));
  if (!value->is_string()) return wrong(join(path, key), "must be a text");
  return std::string(value->get_string());
}

Result<double> number(const json::value& value, const std::string& path) {
  if (!value.is_number()) return wrong(path, "must be a number");
  return value.to_number<double>();
}

Result<const json::array*> array_at(const json::value& value, const std::string& path,
                                    std::size_t most) {
  const json::array* array = value.if_array();
  if (array == nullptr) return wrong(path, "must be a list");
  if (array->size() > most)
    return wrong(path, "has more than " + std::to_string(most) + " entries");
  return array;
}

Result<ZoneKind> zone_kind(const std::string& word, const std::string& path) {
  for (const ZoneKind kind : {ZoneKind::shop_front, ZoneKind::pavement, ZoneKind::no_stall,
                              ZoneKind::permitted, ZoneKind::privacy_mask}) {
    if (ports::name_of(kind) == word) return kind;
  }
  return wrong(path,
               "\"" + word.substr(0, 40) +
                   "\" is unknown; shop_front, pavement, no_stall, permitted or privacy_mask");
}

// "HH:MM" → minutes, -1 when it is something else.
int minutes_of(const std::string& text) {
  int h = 0, m = 0, used = 0;
  const int n = std::sscanf(text.c_str(), "%2d:%2d%n", &h, &m, &used);
  const bool sound =
      n == 2 && static_cast<std::size_t>(used) == text.size() && h >= 0 && m >= 0 && m < 60;
  return sound && h * 60 + m <= 24 * 60 ? h * 60 + m : -1;
}

Result<MinuteSpan> minute_span(const json::value& value, const std::string& path) {
  const auto bad = [](const std::string& field) {
    return wrong(field, "must be local hours such as {\"from\":\"17:00\",\"until\":\"22:30\"}");
  };
  std::string from, until;
  if (value.is_string()) {  // the short form "17:00-22:30"
    const std::string text(value.get_string());
    const auto dash = text.find('-');
    if (dash == std::string::npos) return bad(path);
    from = text.substr(0, dash);
    until = text.substr(dash + 1);
  } else {
    XUNJIE_TRY(object, object_at(value, path, {"from", "until"}));
    XUNJIE_TRY(from_text, text_at(*object, "from", path));
    XUNJIE_TRY(until_text, text_at(*object, "until", path));
    from = from_text;
    until = until_text;
  }
  const MinuteSpan span{minutes_of(from), minutes_of(until)};
  if (span.from < 0 || span.until < 0) return bad(path);
  return span;
}

Result<WatchRule> watch_rule(const json::value& value, const std::string& path) {
  XUNJIE_TRY(object, object_at(value, path, {"violation", "dwell_s"}));
  XUNJIE_TRY(violation, text_at(*object, "violation", path));
  XUNJIE_TRY(dwell_value, required(*object, "dwell_s", path));
  XUNJIE_TRY(dwell, number(*dwell_value, path + ".dwell_s"));
  // Bounded here so that the conversion is defined; the limits themselves are validate()'s.
  if (!(dwell > -1e9 && dwell < 1e9)) return wrong(path + ".dwell_s", "is out of range");
  return WatchRule{domain::ViolationKindId(violation), Micros{std::llround(dwell * 1e6)}};
}

Result<domain::PicturePoint> point(const json::value& value, const std::string& path) {
  const json::array* pair = value.if_array();
  if (pair == nullptr || pair->size() != 2) return wrong(path, "must be [x, y]");
  XUNJIE_TRY(x, number((*pair)[0], path));
  XUNJIE_TRY(y, number((*pair)[1], path));
  return domain::PicturePoint{x, y};
}

Result<Zone> zone_from(const json::value& value, const std::string& path) {
  XUNJIE_TRY(object,
             object_at(value, path, {"id", "kind", "shop", "polygon", "permitted_hours", "watch"}));
  Zone zone;
  XUNJIE_TRY(id, text_at(*object, "id", path));
  zone.id = domain::ZoneId(id);
  XUNJIE_TRY(word, text_at(*object, "kind", path));
  XUNJIE_TRY(kind, zone_kind(word, path + ".kind"));
  zone.kind = kind;
  if (const json::value* shop = object->if_contains("shop"); shop != nullptr && !shop->is_null()) {
    XUNJIE_TRY(shop_id, text_at(*object, "shop", path));
    zone.shop = domain::ShopId(shop_id);
  }
  XUNJIE_TRY(polygon_value, required(*object, "polygon", path));
  XUNJIE_TRY(polygon, array_at(*polygon_value, path + ".polygon", 1000));
  for (std::size_t i = 0; i < polygon->size(); ++i) {
    XUNJIE_TRY(p, point((*polygon)[i], at_index(path + ".polygon", i)));
    zone.polygon.push_back(p);
  }
  if (const json::value* hours_value = object->if_contains("permitted_hours");
      hours_value != nullptr && !hours_value->is_null()) {
    XUNJIE_TRY(hours, array_at(*hours_value, path + ".permitted_hours", 16));
    for (std::size_t i = 0; i < hours->size(); ++i) {
      XUNJIE_TRY(span, minute_span((*hours)[i], at_index(path + ".permitted_hours", i)));
      zone.permitted_hours.push_back(span);
    }
  }
  if (const json::value* watch_value = object->if_contains("watch")) {
    XUNJIE_TRY(rules, array_at(*watch_value, path + ".watch", 16));
    for (std::size_t i = 0; i < rules->size(); ++i) {
      XUNJIE_TRY(rule, watch_rule((*rules)[i], at_index(path + ".watch", i)));
      zone.watch.push_back(rule);
    }
  }
  return zone;
}

Result<domain::LonLat> position_from(const json::value& value) {
  XUNJIE_TRY(object, object_at(value, "position", {"lon", "lat"}));
  XUNJIE_TRY(lon_value, required(*object, "lon", "position"));
  XUNJIE_TRY(lat_value, required(*object, "lat", "position"));
  XUNJIE_TRY(lon, number(*lon_value, "position.lon"));
  XUNJIE_TRY(lat, number(*lat_value, "position.lat"));
  return domain::LonLat{lon, lat};
}

Result<CameraConfig> camera_from(const json::value& value) {
  XUNJIE_TRY(object, object_at(value, "",
                               {"id", "name", "kind", "position", "zones", "mounting", "track",
                                "frontages"}));
  CameraConfig camera;
  XUNJIE_TRY(id, text_at(*object, "id", ""));
  camera.id = domain::CameraId(id);
  XUNJIE_TRY(name, text_at(*object, "name", ""));
  camera.name = name;
  XUNJIE_TRY(kind, text_at(*object, "kind", ""));
  camera.kind = kind;
  // What these sections hold is read by watch/vehicle/setup.h.
  for (const char* section : {"mounting", "track", "frontages"}) {
    if (kind != "vehicle" && object->if_contains(section) != nullptr)
      return wrong(section, "is only for a camera of kind vehicle");
  }
  XUNJIE_TRY(position_value, required(*object, "position", ""));
  XUNJIE_TRY(position, position_from(*position_value));
  camera.position = position;
  XUNJIE_TRY(zones_value, required(*object, "zones", ""));
  XUNJIE_TRY(zones, array_at(*zones_value, "zones", 64));
  for (std::size_t i = 0; i < zones->size(); ++i) {
    XUNJIE_TRY(zone, zone_from((*zones)[i], at_index("zones", i)));
    camera.zones.push_back(zone);
  }
  XUNJIE_TRY_VOID(ports::validate(camera));
  return camera;
}

std::string clock_text(int minute) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d", minute / 60, minute % 60);
  return text.data();
}

json::object to_json(const Zone& zone) {
  json::object out{{"id", zone.id.value}, {"kind", ports::name_of(zone.kind)}};
  if (!zone.shop.empty()) out["shop"] = zone.shop.value;
  json::array polygon, hours, watch;
  for (const auto& p : zone.polygon) polygon.push_back(json::array{p.x, p.y});
  for (const auto& span : zone.permitted_hours) {
    hours.push_back(
        json::object{{"from", clock_text(span.from)}, {"until", clock_text(span.until)}});
  }
  for (const auto& rule : zone.watch) {
    watch.push_back(
        json::object{{"violation", rule.violation.value}, {"dwell_s", rule.dwell.seconds()}});
  }
  out["polygon"] = std::move(polygon);
  if (!hours.empty()) out["permitted_hours"] = std::move(hours);
  out["watch"] = std::move(watch);
  return out;
}

}  // namespace

Result<CameraConfig> camera_from_json(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 16;
  const json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return wrong("", "is not JSON: " + error.message());
  return camera_from(value);
}

Result<std::string> camera_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return make_error(ErrorCode::not_found, "cannot read camera file " + path, "camera");
  std::string text;
  std::array<char, 65536> part{};
  while (file.read(part.data(), part.size()) || file.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMaxBytes)
      return make_error(ErrorCode::too_large, path + " is over 1 MiB", "camera");
  }
  return text;
}

Result<CameraConfig> camera_from_file(const std::string& path) {
  XUNJIE_TRY(text, camera_text(path));
  return camera_from_json(text);
}

std::string camera_to_json(const CameraConfig& camera) {
  json::array zones;
  for (const auto& zone : camera.zones) zones.push_back(to_json(zone));
  return json::serialize(json::object{
      {"id", camera.id.value},
      {"name", camera.name},
      {"kind", camera.kind},
      {"position", json::object{{"lon", camera.position.lon}, {"lat", camera.position.lat}}},
      {"zones", std::move(zones)}});
}

}  // namespace xunjie::watch
