// The registry as screens read it.
#include <array>

#include "app/device_review_json.h"
#include "app/page_query.h"
#include "app/registry.h"
#include "app/registry_json.h"
#include "app/views.h"
#include "domain/rights.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

struct StateName {
  std::string_view state, chinese;
};

constexpr std::array kStates = std::to_array<StateName>({{"ok", "正常"},
                                                         {"lost", "无信号"},
                                                         {"dark", "过暗"},
                                                         {"frozen", "画面冻结"},
                                                         {"moved", "已移位"},
                                                         {"blocked", "被遮挡"},
                                                         {"blurred", "模糊"},
                                                         {"light_change", "光线突变"},
                                                         {"no_position", "无定位"},
                                                         {"no_model", "无模型"}});

// Why nobody can look at the camera's video; nullopt when they can. The watcher has the last word.
json::value live_refusal(const Camera& camera) {
  if (const auto reason = not_watched(camera); !reason.empty()) return json_text(reason);
  for (const auto& zone : camera.config.zones) {
    if (zone.kind == ports::ZoneKind::privacy_mask)
      return "画有隐私遮挡，直播会露出被遮的地方，因此不提供";
  }
  return {};
}

json::object camera_view(const Principal& reader, const Camera& camera,
                         const DeviceReviewList& reviews, const CameraHealthBook& book,
                         const ReferenceData& reference, UtcMicros now) {
  json::object view = encode(camera);
  // The address of a stream may hold its password.
  if (!domain::may(reader.role, domain::Duty::manage_cameras)) {
    view.erase("source");
    view.erase("track");
  }
  view["version"] = camera.version;
  view["subdistrict_zh"] = reference.subdistrict_name(camera.subdistrict);
  view["review"] = review_summary(reviews.records, now);
  view["evidence_reviewed"] =
      domain::standing_of(reviews.records, now, now) == domain::ReviewStanding::valid;
  view["live_refusal"] = live_refusal(camera);
  view["allowed"] = camera_acts(reader, camera, reviews);
  const auto health = book.find(camera.config.id);
  view["state"] = health ? json_text(ports::name_of(health->state)) : json_text("unknown");
  view["state_zh"] = health ? json_text(camera_state_chinese(ports::name_of(health->state)))
                            : json_text("尚无画面");
  view["message"] = health ? json_text(health->message) : json_text(not_watched(camera));
  view["state_at"] = health ? json::value(to_rfc3339(health->at)) : json::value();
  view["period_s"] = health ? json::value(health->period_s) : json::value();
  const bool pictured = health && health->last_picture;
  view["last_picture"] = pictured ? json::value("/api/v1/blobs/" + health->last_picture->value +
                                                "?camera=" + camera.config.id.value)
                                  : json::value();
  view["last_picture_at"] = health ? time_or_null(health->last_picture_at) : json::value();
  return view;
}

json::object shop_view(const Principal& reader, const Shop& shop, const ReferenceData& reference) {
  json::object view = encode(shop);
  view["version"] = shop.version;
  view["subdistrict_zh"] = reference.subdistrict_name(shop.subdistrict);
  if (!domain::may(reader.role, domain::Duty::read_phones)) {
    view["phone"] = text_or_null(masked_phone(shop.phone));
  }
  return view;
}

Error may_not_read() {
  return make_error(ErrorCode::forbidden, "您的岗位不能查看这项资料");
}

}  // namespace

std::string_view camera_state_chinese(std::string_view state) {
  for (const auto& row : kStates) {
    if (row.state == state) return row.chinese;
  }
  return "无记录";
}

json::array review_acts(const Principal& person, const std::vector<domain::DeviceReview>& reviews) {
  using domain::Duty;
  json::array acts;
  if (domain::may(person.role, Duty::register_device_review)) acts.push_back("review_register");
  if (reviews.empty() || reviews.back().revoked) return acts;
  const auto& newest = reviews.back();
  if (!newest.technical && domain::may(person.role, Duty::review_device_technically))
    acts.push_back("review_technical");
  if (newest.technical && newest.technical->passed && !newest.legal &&
      domain::may(person.role, Duty::review_device_legally)) {
    acts.push_back("review_legal");
  }
  if (newest.technical && domain::may(person.role, Duty::revoke_device_review))
    acts.push_back("review_revoke");
  return acts;
}

json::array camera_acts(const Principal& person, const Camera& camera,
                        const DeviceReviewList& reviews) {
  using domain::Duty;
  json::array acts;
  if (domain::may(person.role, Duty::manage_cameras)) {
    acts = {"edit", "probe"};
    // A camera on a car has no street that stays before it.
    if (not_watched(camera).empty() && !camera.config.car) acts.push_back("relearn");
  }
  if (live_refusal(camera).is_null() && domain::may(person.role, Duty::watch_live))
    acts.push_back("live");
  for (auto& act : review_acts(person, reviews.records)) acts.push_back(std::move(act));
  return acts;
}

Result<Camera> Registry::in_reach(const Principal& reader, const std::string& id) const {
  if (!domain::may(reader.role, domain::Duty::read_cameras)) return may_not_read();
  const auto now = snapshot();
  const auto at = now->cameras.find(domain::CameraId(id));
  if (at == now->cameras.end() || !domain::in_scope(actor_of(reader), at->second.subdistrict)) {
    return make_error(ErrorCode::not_found, "没有探头 “" + id + "”");
  }
  return at->second;
}

Result<std::string> Registry::health_page(const domain::CameraId& camera,
                                          const QueryParameters& parameters) const {
  return health_.history().page(camera, parameters, clock_.now());
}

Result<std::string> Registry::cameras(const Principal& reader) const {
  if (!domain::may(reader.role, domain::Duty::read_cameras)) return may_not_read();
  const auto now = snapshot();
  json::array items;
  for (const auto& [id, camera] : now->cameras) {
    if (!domain::in_scope(actor_of(reader), camera.subdistrict)) continue;
    items.push_back(
        camera_view(reader, camera, now->reviews_of(id), health_, reference_, clock_.now()));
  }
  return json::serialize(
      json::object{{"items", std::move(items)}, {"as_of", to_rfc3339(clock_.now())}});
}

Result<std::string> Registry::camera(const Principal& reader, const std::string& id) const {
  XUNJIE_TRY(camera, in_reach(reader, id));
  const auto now = snapshot();
  return json::serialize(camera_view(reader, camera, now->reviews_of(camera.config.id), health_,
                                     reference_, clock_.now()));
}

Result<std::string> Registry::shops(const Principal& reader,
                                    const QueryParameters& parameters) const {
  if (!domain::may(reader.role, domain::Duty::read_shops)) return may_not_read();
  XUNJIE_TRY(query, PageQuery::read(parameters, {"subdistrict", "q"}));
  const auto now = snapshot();
  const std::string subdistrict = query.text("subdistrict"), words = query.text("q");
  json::array items;
  std::string next;
  // The cursor is the last id given out: shops are in id order.
  const auto begin = query.cursor.empty() ? now->shops.begin()
                                          : now->shops.upper_bound(domain::ShopId(query.cursor));
  for (auto at = begin; at != now->shops.end(); ++at) {
    const Shop& shop = at->second;
    if (!domain::in_scope(actor_of(reader), shop.subdistrict)) continue;
    if (!subdistrict.empty() && shop.subdistrict.value != subdistrict) continue;
    if (!words.empty() && shop.name.find(words) == std::string::npos &&
        shop.address.find(words) == std::string::npos) {
      continue;
    }
    if (items.size() == static_cast<std::size_t>(query.limit)) {
      next = std::string(items.back().at("id").as_string());
      break;
    }
    items.push_back(shop_view(reader, shop, reference_));
  }
  return json::serialize(json::object{{"items", std::move(items)},
                                      {"next_cursor", text_or_null(next)},
                                      {"as_of", to_rfc3339(clock_.now())}});
}

Result<std::string> Registry::shop(const Principal& reader, const std::string& id) const {
  if (!domain::may(reader.role, domain::Duty::read_shops)) return may_not_read();
  const auto now = snapshot();
  const auto at = now->shops.find(domain::ShopId(id));
  if (at == now->shops.end() || !domain::in_scope(actor_of(reader), at->second.subdistrict)) {
    return make_error(ErrorCode::not_found, "没有商户 “" + id + "”");
  }
  return json::serialize(shop_view(reader, at->second, reference_));
}

Result<std::string> Registry::teams(const Principal& reader) const {
  if (!domain::may(reader.role, domain::Duty::read_teams)) return may_not_read();
  const auto now = snapshot();
  json::array items;
  for (const auto& [id, team] : now->teams) {
    json::object view = encode(team);
    view["version"] = team.version;
    items.push_back(std::move(view));
  }
  return json::serialize(
      json::object{{"items", std::move(items)}, {"as_of", to_rfc3339(clock_.now())}});
}

}  // namespace xunjie::app
