#include "watch/vehicle/setup.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include <boost/json.hpp>

namespace xunjie::watch::vehicle {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxFrontages = 5000;
constexpr std::size_t kMaxName = 1024;

Error wrong(const std::string& field, const std::string& message) {
  return make_error(ErrorCode::invalid_argument, field + ": " + message, field);
}

// One object of the document: reads known fields, then refuses the rest.
class Section {
 public:
  static Result<Section> of(const json::value* value, std::string path) {
    if (value == nullptr) return wrong(path, "is missing; a vehicle camera needs it");
    const json::object* object = value->if_object();
    if (object == nullptr) return wrong(path, "must be an object");
    return Section(*object, std::move(path));
  }

  // Keeps `value` as it is where the field is optional and missing.
  Result<void> number(const char* key, double& value, bool needed) {
    const json::value* found = object_.if_contains(key);
    if (found == nullptr)
      return needed ? Result<void>(wrong(at(key), "is missing")) : Result<void>();
    if (!found->is_number()) return wrong(at(key), "must be a number");
    value = found->to_number<double>();
    return {};
  }

  Result<void> number(const char* key, double least, double most, double& value, bool needed) {
    XUNJIE_TRY_VOID(number(key, value, needed));
    if (!object_.contains(key) || (value >= least && value <= most)) return {};
    return wrong(at(key), shown(value) + " is out of range; " + shown(least) + " to " +
                              shown(most) + " are allowed");
  }

  Result<void> text(const char* key, std::string& value, bool needed) {
    const json::value* found = object_.if_contains(key);
    if (found == nullptr)
      return needed ? Result<void>(wrong(at(key), "is missing")) : Result<void>();
    if (!found->is_string() || found->get_string().empty() || found->get_string().size() > kMaxName)
      return wrong(at(key), "must be a text of 1 to 1024 bytes");
    value = std::string(found->get_string());
    return {};
  }

  [[nodiscard]] const json::value* part(const char* key) const { return object_.if_contains(key); }

  // Anything but these fields is refused.
  [[nodiscard]] Result<void> done(std::initializer_list<std::string_view> fields) const {
    for (const auto& member : object_) {
      const std::string_view key = member.key();
      if (std::find(fields.begin(), fields.end(), key) == fields.end())
        return wrong(path_ + "." + std::string(key.substr(0, 60)), "unknown field");
    }
    return {};
  }

  [[nodiscard]] std::string at(std::string_view key) const {
    return path_ + "." + std::string(key);
  }

 private:
  Section(const json::object& object, std::string path) : object_(object), path_(std::move(path)) {}
  static std::string shown(double value) { return json::serialize(json::value(value)); }

  const json::object& object_;
  std::string path_;
};

Result<Mounting> mounting_from(const json::value* value) {
  XUNJIE_TRY(s, Section::of(value, "mounting"));
  Mounting out;
  XUNJIE_TRY_VOID(s.number("height_m", out.height_m, true));
  XUNJIE_TRY_VOID(s.number("yaw_deg", out.yaw_deg, true));
  XUNJIE_TRY_VOID(s.number("pitch_deg", out.pitch_deg, true));
  XUNJIE_TRY_VOID(s.number("hfov_deg", out.hfov_deg, true));
  XUNJIE_TRY_VOID(s.number("forward_m", out.forward_m, false));
  XUNJIE_TRY_VOID(s.number("right_m", out.right_m, false));
  XUNJIE_TRY_VOID(s.done({"height_m", "yaw_deg", "pitch_deg", "hfov_deg", "forward_m", "right_m"}));
  XUNJIE_TRY_VOID(ports::validate(out));
  return out;
}

Result<void> track_from(const json::value* value, Setup& out) {
  XUNJIE_TRY(s, Section::of(value, "track"));
  double offset = 0;
  XUNJIE_TRY_VOID(s.text("source", out.track, true));
  XUNJIE_TRY_VOID(s.number("clock_offset_s", -1e6, 1e6, offset, false));
  XUNJIE_TRY_VOID(s.number("gps_error_m", out.gps_error_m, false));
  XUNJIE_TRY_VOID(s.number("look_every_m", out.look_every_m, false));
  XUNJIE_TRY_VOID(s.text("detections", out.detections, false));
  out.clock_offset = Micros{std::llround(offset * 1e6)};
  XUNJIE_TRY_VOID(
      ports::validate(ports::CarTrack{{}, out.clock_offset, out.gps_error_m, out.look_every_m}));
  return s.done({"source", "clock_offset_s", "gps_error_m", "look_every_m", "detections"});
}

Result<domain::ShopPlace> frontage_from(const json::value& value, const std::string& path) {
  XUNJIE_TRY(s, Section::of(&value, path));
  domain::ShopPlace shop;
  std::string id;
  XUNJIE_TRY_VOID(s.text("shop", id, true));
  shop.id = domain::ShopId(id);
  XUNJIE_TRY(position, Section::of(s.part("position"), s.at("position")));
  XUNJIE_TRY_VOID(position.number("lon", -180, 180, shop.position.lon, true));
  XUNJIE_TRY_VOID(position.number("lat", -90, 90, shop.position.lat, true));
  XUNJIE_TRY_VOID(position.done({"lon", "lat"}));
  XUNJIE_TRY_VOID(s.number("frontage_m", 0, 200, shop.frontage_m, false));
  double faces = -1;
  XUNJIE_TRY_VOID(s.number("faces_deg", 0, 360, faces, false));
  if (faces >= 0) shop.faces_deg = faces;
  XUNJIE_TRY_VOID(s.done({"shop", "position", "frontage_m", "faces_deg"}));
  return shop;
}

}  // namespace

Result<Setup> setup_from_json(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 16;
  const json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error || !value.is_object()) return wrong("document", "is not a JSON object");
  const auto& document = value.get_object();
  Setup out;
  XUNJIE_TRY(mounting, mounting_from(document.if_contains("mounting")));
  out.mounting = mounting;
  XUNJIE_TRY_VOID(track_from(document.if_contains("track"), out));
  const json::value* fronts = document.if_contains("frontages");
  if (fronts == nullptr) return out;
  if (!fronts->is_array() || fronts->get_array().size() > kMaxFrontages)
    return wrong("frontages", "must be a list of at most 5000 entries");
  for (std::size_t i = 0; i < fronts->get_array().size(); ++i) {
    XUNJIE_TRY(shop, frontage_from(fronts->get_array()[i], "frontages[" + std::to_string(i) + "]"));
    out.frontages.push_back(shop);
  }
  return out;
}

}  // namespace xunjie::watch::vehicle
