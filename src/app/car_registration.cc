#include "app/car_registration.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace xunjie::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kGivenMax = 5000;  // frontages somebody wrote down
constexpr const char* kSections[] = {"mounting", "track", "frontages"};

ports::Mounting read_mounting(ObjectReader& from) {
  ports::Mounting out;
  out.height_m = from.number("height_m");
  out.yaw_deg = from.number("yaw_deg");
  out.pitch_deg = from.number("pitch_deg");
  out.hfov_deg = from.number("hfov_deg");
  out.forward_m = from.number_or("forward_m", 0);
  out.right_m = from.number_or("right_m", 0);
  return out;
}

ports::CarTrack read_track(ObjectReader& from) {
  ports::CarTrack out;
  out.source = from.text("source", 300);
  // Bounded here so that the conversion is defined; the limits themselves are validate()'s.
  const double offset_s = std::clamp(from.number_or("clock_offset_s", 0), -1e9, 1e9);
  out.clock_offset = Micros{std::llround(offset_s * 1e6)};
  out.gps_error_m = from.number_or("gps_error_m", out.gps_error_m);
  out.look_every_m = from.number_or("look_every_m", out.look_every_m);
  return out;
}

domain::ShopPlace read_frontage(ObjectReader& from) {
  domain::ShopPlace out;
  out.id = domain::ShopId(from.text("shop", 64));
  out.position = from.lon_lat("position");
  out.frontage_m = from.number_or("frontage_m", 0);
  if (from.ok() && (out.frontage_m < 0 || out.frontage_m > 200))
    from.fail("frontage_m", "应在 0 到 200 米");
  if (from.value_if("faces_deg") == nullptr) return out;
  out.faces_deg = from.number("faces_deg");
  if (from.ok() && (*out.faces_deg < 0 || *out.faces_deg > 360))
    from.fail("faces_deg", "应在 0 到 360 度，为店面朝向的方位");
  return out;
}

// A section of this object, read by `read`.
template <typename Read>
auto section(ObjectReader& from, const char* name, const Read& read) {
  ObjectReader inner(from.value(name), join_path(from.path(), name));
  auto out = read(inner);
  from.adopt(inner.finish());
  return out;
}

}  // namespace

bool speaks_of_car(const json::object& body) {
  return std::any_of(std::begin(kSections), std::end(kSections),
                     [&](const char* name) { return body.contains(name); });
}

std::optional<ports::CarSetup> read_car(ObjectReader& from, const std::string& kind) {
  bool any = false;
  for (const char* name : kSections) {
    if (from.value_if(name) == nullptr) continue;
    any = true;
    if (kind != "vehicle" && from.ok())
      from.fail(name, "只用于车载探头（kind 为 vehicle），此探头是 “" + kind + "”，请去掉");
  }
  if (!any || !from.ok()) return std::nullopt;
  ports::CarSetup car;
  car.mounting = section(from, "mounting", read_mounting);
  if (!from.ok()) return std::nullopt;
  car.track = section(from, "track", read_track);
  const auto* list = from.array_if("frontages", kGivenMax);
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    ObjectReader item((*list)[i], index_path(join_path(from.path(), "frontages"), i));
    car.frontages.push_back(read_frontage(item));
    from.adopt(item.finish());
  }
  return car;
}

void encode_car(const ports::CarSetup& car, json::object& to) {
  const auto& m = car.mounting;
  to["mounting"] = {{"height_m", m.height_m},   {"yaw_deg", m.yaw_deg},
                    {"pitch_deg", m.pitch_deg}, {"hfov_deg", m.hfov_deg},
                    {"forward_m", m.forward_m}, {"right_m", m.right_m}};
  to["track"] = {{"source", car.track.source},
                 {"clock_offset_s", car.track.clock_offset.seconds()},
                 {"gps_error_m", car.track.gps_error_m},
                 {"look_every_m", car.track.look_every_m}};
  if (car.frontages.empty()) return;
  json::array list;
  for (const auto& front : car.frontages) {
    json::object one{{"shop", front.id.value},
                     {"position", {{"lon", front.position.lon}, {"lat", front.position.lat}}}};
    if (front.frontage_m > 0) one["frontage_m"] = front.frontage_m;
    if (front.faces_deg) one["faces_deg"] = *front.faces_deg;
    list.push_back(std::move(one));
  }
  to["frontages"] = std::move(list);
}

Result<void> check_frontages(const ports::CarSetup& car, const std::string& path,
                             const std::map<domain::ShopId, Shop>& shops) {
  for (std::size_t i = 0; i < car.frontages.size(); ++i) {
    if (shops.contains(car.frontages[i].id)) continue;
    const std::string field = index_path(join_path(path, "frontages"), i) + ".shop";
    return make_error(ErrorCode::invalid_argument,
                      field + "：没有商户 “" + car.frontages[i].id.value + "”", field);
  }
  return {};
}

ports::CameraConfig with_frontages(const ports::CameraConfig& camera,
                                   const std::map<domain::ShopId, Shop>& shops) {
  ports::CameraConfig out = camera;
  if (!out.car || !out.car->frontages.empty()) return out;
  auto& fronts = out.car->frontages;
  for (const auto& [id, shop] : shops)
    fronts.push_back({id, shop.position, shop.frontage_m, std::nullopt});
  if (fronts.size() <= ports::kMaxFrontages) return out;
  const auto nearer = [&](const domain::ShopPlace& a, const domain::ShopPlace& b) {
    return domain::distance_m(a.position, camera.position) <
           domain::distance_m(b.position, camera.position);
  };
  const auto end = fronts.begin() + static_cast<std::ptrdiff_t>(ports::kMaxFrontages);
  std::nth_element(fronts.begin(), end, fronts.end(), nearer);
  fronts.erase(end, fronts.end());
  return out;
}

}  // namespace xunjie::app
