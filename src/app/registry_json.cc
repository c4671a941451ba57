#include "app/registry_json.h"

#include <array>
#include <cstdio>

#include "app/car_registration.h"
#include "app/command_body.h"
#include "app/views.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

std::string minute_text(int minute) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d", minute / 60, minute % 60);
  return text.data();
}

int read_minute_of_day(ObjectReader& from, const char* field) {
  const std::string text = from.text(field, 8);
  int hour = 0, minute = 0;
  char rest = 0;
  const bool fits = std::sscanf(text.c_str(), "%2d:%2d%c", &hour, &minute, &rest) == 2 &&
                    hour >= 0 && minute >= 0 && minute < 60 && hour * 60 + minute <= 24 * 60;
  if (from.ok() && !fits) from.fail(field, "“" + text + "” 不是时刻，例如 08:30");
  return fits ? hour * 60 + minute : 0;
}

std::string read_operator_id(ObjectReader& from, const char* field) {
  std::string id = from.text(field, 128);
  if (from.ok() && !is_operator_id(id)) {
    from.fail(field, "“" + id + "” 应以小写字母或数字开头，只含小写字母、数字、_、-，至多 64 位");
  }
  return id;
}

std::uint32_t read_version(ObjectReader& from) {
  const auto version = from.integer_or("version", 0);
  if (version < 0 || version > 0x7fffffff) from.fail("version", "应为非负整数");
  return static_cast<std::uint32_t>(version);
}

domain::PicturePolygon read_polygon(ObjectReader& from) {
  domain::PicturePolygon polygon;
  const auto& points = from.array("polygon", 64);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto* pair = points[i].if_array();
    if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_number() ||
        !(*pair)[1].is_number()) {
      from.fail("polygon[" + std::to_string(i) + "]", "应为 [x, y] 两个数");
      return polygon;
    }
    polygon.push_back({(*pair)[0].to_number<double>(), (*pair)[1].to_number<double>()});
  }
  return polygon;
}

ports::ZoneKind read_zone_kind(ObjectReader& from) {
  using K = ports::ZoneKind;
  const std::string text = from.text("kind", 32);
  for (const K kind : {K::shop_front, K::pavement, K::no_stall, K::permitted, K::privacy_mask}) {
    if (text == ports::name_of(kind)) return kind;
  }
  if (from.ok()) from.fail("kind", "不认识的区域类型 “" + text + "”");
  return K::pavement;
}

template <typename Read>
void read_items(ObjectReader& from, const char* field, std::size_t most, const Read& read) {
  const auto* list = from.array_if(field, most);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    ObjectReader item((*list)[i], index_path(join_path(from.path(), field), i));
    read(item);
    from.adopt(item.finish());
  }
}

ports::Zone read_zone(ObjectReader& from) {
  ports::Zone zone;
  zone.id = domain::ZoneId(read_operator_id(from, "id"));
  zone.kind = read_zone_kind(from);
  zone.shop = domain::ShopId(from.text_or("shop", {}, 64));
  zone.polygon = read_polygon(from);
  read_items(from, "permitted_hours", 16, [&zone](ObjectReader& item) {
    const int begin = read_minute_of_day(item, "from");
    zone.permitted_hours.push_back({begin, read_minute_of_day(item, "until")});
  });
  read_items(from, "watch", 32, [&zone](ObjectReader& item) {
    const domain::ViolationKindId violation(item.text("violation", 64));
    const double dwell_s = item.number("dwell_s");
    if (item.ok() && (dwell_s <= 0 || dwell_s > 30.0 * 86400)) {
      item.fail("dwell_s", "应大于 0，至多 30 天");
    }
    zone.watch.push_back({violation, Micros{static_cast<std::int64_t>(dwell_s * 1e6)}});
  });
  return zone;
}

bool is_phone(const std::string& text) {
  return text.size() >= 5 && text.size() <= 20 &&
         text.find_first_not_of("0123456789+-") == std::string::npos;
}

}  // namespace

json::array encode_zones(const std::vector<ports::Zone>& zones) {
  json::array list;
  for (const auto& zone : zones) {
    json::object to;
    to["id"] = zone.id.value;
    to["kind"] = json_text(ports::name_of(zone.kind));
    if (!zone.shop.empty()) to["shop"] = zone.shop.value;
    json::array polygon;
    for (const auto& point : zone.polygon) polygon.push_back(json::array{point.x, point.y});
    to["polygon"] = std::move(polygon);
    if (!zone.permitted_hours.empty()) {
      json::array spans;
      for (const auto& span : zone.permitted_hours) {
        spans.push_back({{"from", minute_text(span.from)}, {"until", minute_text(span.until)}});
      }
      to["permitted_hours"] = std::move(spans);
    }
    json::array watch;
    for (const auto& rule : zone.watch) {
      watch.push_back({{"violation", rule.violation.value}, {"dwell_s", rule.dwell.seconds()}});
    }
    to["watch"] = std::move(watch);
    list.push_back(std::move(to));
  }
  return list;
}

json::object encode(const Camera& camera) {
  json::object to;
  to["id"] = camera.config.id.value;
  to["name"] = camera.config.name;
  to["kind"] = camera.config.kind;
  to["source"] = camera.config.source;
  to["subdistrict"] = camera.subdistrict.value;
  to["position"] = {{"lon", camera.config.position.lon}, {"lat", camera.config.position.lat}};
  to["zones"] = encode_zones(camera.config.zones);
  if (camera.config.car) encode_car(*camera.config.car, to);
  return to;
}

json::object encode(const Shop& shop) {
  json::object to;
  to["id"] = shop.id.value;
  to["name"] = shop.name;
  to["business"] = shop.business;
  to["address"] = shop.address;
  to["phone"] = text_or_null(shop.phone);
  to["contact"] = text_or_null(shop.contact);
  to["grade"] = shop.grade;
  to["subdistrict"] = shop.subdistrict.value;
  to["position"] = {{"lon", shop.position.lon}, {"lat", shop.position.lat}};
  if (shop.frontage_m > 0) to["frontage_m"] = shop.frontage_m;
  to["commitment_letter"] = text_or_null(shop.commitment_letter);
  to["key_road"] = shop.key_road;
  return to;
}

json::object encode(const Team& team) {
  json::object to;
  to["id"] = team.id.value;
  to["name"] = team.name;
  to["subdistrict"] = text_or_null(team.subdistrict.value);
  return to;
}

Result<Camera> decode_camera(const json::value& value, const std::string& path) {
  ObjectReader from(value, path);
  Camera camera;
  camera.config.id = domain::CameraId(read_operator_id(from, "id"));
  camera.version = read_version(from);
  camera.config.name = from.text("name", 128);
  camera.config.kind = from.text("kind", 16);
  camera.config.source = from.text_or("source", {}, 1024);
  camera.subdistrict = domain::SubdistrictId(from.text("subdistrict", 16));
  camera.config.position = from.lon_lat("position");
  read_items(from, "zones", 256,
             [&camera](ObjectReader& item) { camera.config.zones.push_back(read_zone(item)); });
  camera.config.car = read_car(from, camera.config.kind);
  XUNJIE_TRY_VOID(from.finish());
  return camera;
}

Result<Camera> decode_stored_camera(const json::value& value, const std::string& path) {
  json::value now = value;
  if (auto* object = now.if_object()) object->erase("evidence_reviewed");
  return decode_camera(now, path);
}

Result<Shop> decode_shop(const json::value& value, const std::string& path) {
  ObjectReader from(value, path);
  Shop shop;
  shop.id = domain::ShopId(read_operator_id(from, "id"));
  shop.version = read_version(from);
  shop.name = from.text("name", 128);
  shop.business = from.text_or("business", {}, 64);
  shop.address = from.text("address", 256);
  shop.phone = from.text_or("phone", {}, 32);
  shop.contact = from.text_or("contact", {}, 64);
  shop.grade = from.text_or("grade", "green", 16);
  shop.subdistrict = domain::SubdistrictId(from.text("subdistrict", 16));
  shop.position = from.lon_lat("position");
  shop.frontage_m = from.number_or("frontage_m", 0);
  shop.commitment_letter = from.text_or("commitment_letter", {}, 64);
  shop.key_road = from.boolean_or("key_road", false);
  if (from.ok() && shop.grade != "red" && shop.grade != "yellow" && shop.grade != "green") {
    from.fail("grade", "“" + shop.grade + "” 应为 red、yellow 或 green");
  }
  if (from.ok() && !shop.phone.empty() && !is_phone(shop.phone)) {
    from.fail("phone", "“" + shop.phone + "” 不是电话号码（5 到 20 位数字，可含 + 与 -）");
  }
  if (from.ok() && (shop.frontage_m < 0 || shop.frontage_m > 500)) {
    from.fail("frontage_m", "应在 0 到 500 米");
  }
  XUNJIE_TRY_VOID(from.finish());
  return shop;
}

Result<Team> decode_team(const json::value& value, const std::string& path) {
  ObjectReader from(value, path);
  Team team;
  team.id = domain::TeamId(read_operator_id(from, "id"));
  team.version = read_version(from);
  team.name = from.text("name", 128);
  team.subdistrict = domain::SubdistrictId(from.text_or("subdistrict", {}, 16));
  XUNJIE_TRY_VOID(from.finish());
  return team;
}

Result<void> check_subdistrict(const domain::SubdistrictId& id, const std::string& path,
                               const ReferenceData& reference, bool may_be_empty) {
  if ((may_be_empty && id.empty()) || reference.subdistrict(id) != nullptr) return {};
  const std::string field = join_path(path, "subdistrict");
  return make_error(ErrorCode::invalid_argument, field + "：没有街道 “" + id.value + "”", field);
}

Result<void> check_camera(const Camera& camera, const std::string& path,
                          const ReferenceData& reference,
                          const std::map<domain::ShopId, Shop>& shops) {
  XUNJIE_TRY_VOID(check_subdistrict(camera.subdistrict, path, reference, false));
  auto sound = ports::validate(camera.config);
  if (!sound.ok()) {
    Error error = sound.error();
    error.field = join_path(path, error.field);
    return error;
  }
  if (camera.config.car) XUNJIE_TRY_VOID(check_frontages(*camera.config.car, path, shops));
  for (std::size_t z = 0; z < camera.config.zones.size(); ++z) {
    const auto& zone = camera.config.zones[z];
    const std::string zone_path = index_path(join_path(path, "zones"), z);
    const auto unknown = [](const std::string& field, const std::string& what) {
      return make_error(ErrorCode::invalid_argument, field + "：" + what, field);
    };
    if (!zone.shop.empty() && !shops.contains(zone.shop)) {
      return unknown(zone_path + ".shop", "没有商户 “" + zone.shop.value + "”");
    }
    for (std::size_t w = 0; w < zone.watch.size(); ++w) {
      const auto& violation = zone.watch[w].violation;
      if (reference.violation(violation, UtcMicros{}) != nullptr) continue;
      return unknown(index_path(zone_path + ".watch", w) + ".violation",
                     "没有违法类型 “" + violation.value + "”");
    }
  }
  return {};
}

}  // namespace xunjie::app
