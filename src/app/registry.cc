#include "app/registry.h"

#include "app/camera_acts.h"
#include "app/car_registration.h"
#include "app/device_review_json.h"
#include "app/registry_json.h"
#include "app/views.h"
#include "app/zone_checks.h"
#include "domain/rights.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

template <typename T>
Result<void> load_kind(ports::Store& store, const std::string& kind,
                       Result<T> (*decode)(const json::value&, const std::string&),
                       const std::function<void(T)>& keep) {
  ports::Page page;
  page.limit = 200;
  do {
    XUNJIE_TRY(entities, store.list_entities(kind, "", page));
    for (const auto& entity : entities.items) {
      XUNJIE_TRY(value, parse_json(entity.body));
      XUNJIE_TRY(record, decode(value, kind + " " + entity.id));
      record.version = entity.version;
      keep(std::move(record));
    }
    page.cursor = entities.next_cursor;
  } while (!page.cursor.empty());
  return {};
}

Result<void> load_reviews(ports::Store& store, std::map<domain::CameraId, DeviceReviewList>& into) {
  ports::Page page;
  page.limit = 200;
  do {
    XUNJIE_TRY(entities, store.list_entities("device_review", "", page));
    for (const auto& entity : entities.items) {
      XUNJIE_TRY(records, decode_reviews(entity.body));
      into[domain::CameraId(entity.id)] = {std::move(records), entity.version};
    }
    page.cursor = entities.next_cursor;
  } while (!page.cursor.empty());
  return {};
}

Error forbidden() {
  return make_error(ErrorCode::forbidden, "只有平台管理员和数据管理员可以修改登记资料");
}

}  // namespace

Registry::Registry(ports::Store& store, const ports::Clock& clock, const ReferenceData& reference,
                   const CameraHealthBook& health, CameraActs& acts)
    : store_(store),
      clock_(clock),
      reference_(reference),
      health_(health),
      acts_(acts),
      snapshot_(std::make_shared<RegistrySnapshot>()) {}

Result<void> Registry::load() {
  const std::lock_guard writing(writing_);
  auto fresh = std::make_shared<RegistrySnapshot>();
  XUNJIE_TRY_VOID(load_kind<Shop>(store_, "shop", decode_shop, [&fresh](Shop shop) {
    const auto id = shop.id;
    fresh->shops[id] = std::move(shop);
  }));
  XUNJIE_TRY_VOID(
      load_kind<Camera>(store_, "camera", decode_stored_camera, [&fresh](Camera camera) {
        const auto id = camera.config.id;
        fresh->cameras[id] = std::move(camera);
      }));
  XUNJIE_TRY_VOID(load_kind<Team>(store_, "team", decode_team, [&fresh](Team team) {
    const auto id = team.id;
    fresh->teams[id] = std::move(team);
  }));
  XUNJIE_TRY_VOID(load_reviews(store_, fresh->reviews));
  const std::lock_guard current(current_);
  snapshot_ = std::move(fresh);
  return {};
}

std::string_view not_watched(const Camera& camera) {
  if (camera.config.source.empty()) return "没有视频源";
  if (camera.config.kind == "vehicle" && !camera.config.car)
    return "车载探头没有登记 mounting 和 track，不能在线判断";
  return {};
}

Result<void> Registry::attach(ports::Watcher* watcher) {
  const std::lock_guard writing(writing_);
  {
    const std::lock_guard current(current_);
    watcher_ = watcher;
  }
  if (watcher == nullptr) return {};
  const auto now = snapshot();
  for (const auto& [id, camera] : now->cameras) {
    if (not_watched(camera).empty())
      XUNJIE_TRY_VOID(watcher->put_camera(with_frontages(camera.config, now->shops)));
  }
  return {};
}

// Cameras on cars judge by the shops along their way. `writing_` is held.
void Registry::tell_cars() {
  ports::Watcher* const watcher = watcher_now();
  if (watcher == nullptr) return;
  const auto now = snapshot();
  for (const auto& [id, camera] : now->cameras) {
    if (!camera.config.car || !not_watched(camera).empty()) continue;
    // It was sound when it was kept; if the watcher is full now, that is said of the camera.
    (void)watcher->put_camera(with_frontages(camera.config, now->shops));
  }
}

std::shared_ptr<const RegistrySnapshot> Registry::snapshot() const {
  const std::lock_guard lock(current_);
  return snapshot_;
}

void Registry::publish(const std::function<void(RegistrySnapshot&)>& change) {
  auto fresh = std::make_shared<RegistrySnapshot>(*snapshot());
  change(*fresh);
  const std::lock_guard lock(current_);
  snapshot_ = std::move(fresh);
}

// Writes one record unless the store already holds the same content. `writing_` is held.
Result<std::uint32_t> Registry::write(const std::string& kind, const std::string& id,
                                      const domain::SubdistrictId& subdistrict,
                                      const std::string& body,
                                      std::optional<std::uint32_t> expected) {
  if (!expected) {
    XUNJIE_TRY(present, store_.find_entity(kind, id));
    if (present && present->body == body) return present->version;
  }
  ports::Entity entity;
  entity.kind = kind;
  entity.id = id;
  entity.subdistrict = subdistrict.value;
  entity.body = body;
  entity.updated_at = clock_.now();
  XUNJIE_TRY(stored, store_.put_entity(entity, expected));
  return stored.version;
}

Result<void> Registry::keep(Camera camera, std::optional<std::uint32_t> expected) {
  XUNJIE_TRY(version, write("camera", camera.config.id.value, camera.subdistrict,
                            json::serialize(encode(camera)), expected));
  camera.version = version;
  publish([&camera](RegistrySnapshot& next) { next.cameras[camera.config.id] = camera; });
  ports::Watcher* const watcher = watcher_now();
  if (watcher == nullptr) return {};
  if (!not_watched(camera).empty()) {
    // Not having been watched before is fine too.
    (void)watcher->remove_camera(camera.config.id);
    return {};
  }
  return watcher->put_camera(with_frontages(camera.config, snapshot()->shops));
}

Result<void> Registry::keep(Shop shop, std::optional<std::uint32_t> expected) {
  XUNJIE_TRY(version, write("shop", shop.id.value, shop.subdistrict, json::serialize(encode(shop)),
                            expected));
  shop.version = version;
  publish([&shop](RegistrySnapshot& next) { next.shops[shop.id] = shop; });
  tell_cars();
  return {};
}

Result<void> Registry::keep(Team team, std::optional<std::uint32_t> expected) {
  XUNJIE_TRY(version, write("team", team.id.value, team.subdistrict, json::serialize(encode(team)),
                            expected));
  team.version = version;
  publish([&team](RegistrySnapshot& next) { next.teams[team.id] = team; });
  return {};
}

ports::Watcher* Registry::watcher_now() const {
  const std::lock_guard lock(current_);
  return watcher_;
}

// The body's id must be the address's: a copy-and-paste slip would otherwise overwrite another
// record.
Result<json::value> Registry::read_put(const Principal& writer, domain::Duty duty,
                                       const std::string& id, std::string_view body) const {
  if (!domain::may(writer.role, duty)) return forbidden();
  XUNJIE_TRY(value, parse_json(body));
  const auto* object = value.if_object();
  if (object != nullptr && !object->contains("version")) {
    return make_error(ErrorCode::invalid_argument, "version：缺少必填字段（新建时为 0）",
                      "version");
  }
  const auto* named = object == nullptr ? nullptr : object->if_contains("id");
  if (named != nullptr && *named != json::value(id)) {
    return make_error(ErrorCode::invalid_argument, "id：与地址中的 “" + id + "” 不一致", "id");
  }
  return std::move(value);
}

Result<std::string> Registry::put_camera(const Principal& writer, const std::string& id,
                                         std::string_view body) {
  XUNJIE_TRY(value, read_put(writer, domain::Duty::manage_cameras, id, body));
  XUNJIE_TRY(camera, decode_camera(value, ""));
  const std::lock_guard writing(writing_);
  const auto now = snapshot();
  const auto present = now->cameras.find(camera.config.id);
  if (present != now->cameras.end() && !value.as_object().contains("source"))
    camera.config.source = present->second.config.source;
  if (present != now->cameras.end() && camera.config.kind == "vehicle" &&
      !speaks_of_car(value.as_object()))
    camera.config.car = present->second.config.car;
  XUNJIE_TRY_VOID(check_camera(camera, "", reference_, now->shops));
  XUNJIE_TRY_VOID(check_zones(camera.config.zones));
  if (!domain::in_scope(actor_of(writer), camera.subdistrict)) return forbidden();
  if (present != now->cameras.end() &&
      !domain::in_scope(actor_of(writer), present->second.subdistrict)) {
    return forbidden();
  }
  XUNJIE_TRY_VOID(keep(camera, camera.version));
  XUNJIE_TRY_VOID(acts_.note(writer, camera.config.id, CameraAct::put,
                             std::to_string(camera.config.zones.size()) + " 个区域"));
  return this->camera(writer, id);
}

Result<void> Registry::remove_camera(const Principal& writer, const std::string& id) {
  if (!domain::may(writer.role, domain::Duty::manage_cameras)) return forbidden();
  const std::lock_guard writing(writing_);
  const auto now = snapshot();
  const auto camera = now->cameras.find(domain::CameraId(id));
  if (camera == now->cameras.end()) {
    return make_error(ErrorCode::not_found, "没有探头 “" + id + "”");
  }
  if (!domain::in_scope(actor_of(writer), camera->second.subdistrict)) return forbidden();
  XUNJIE_TRY_VOID(acts_.note(writer, domain::CameraId(id), CameraAct::remove));
  XUNJIE_TRY_VOID(store_.erase_entity("camera", id));
  publish([&id](RegistrySnapshot& next) { next.cameras.erase(domain::CameraId(id)); });
  ports::Watcher* const watcher = watcher_now();
  if (watcher != nullptr) (void)watcher->remove_camera(domain::CameraId(id));
  return {};
}

Result<void> Registry::relearn(const Principal& person, const std::string& id) {
  XUNJIE_TRY(camera, in_reach(person, id));
  if (!domain::may(person.role, domain::Duty::manage_cameras)) return forbidden();
  const std::lock_guard writing(writing_);
  ports::Watcher* const watcher = watcher_now();
  const std::string reason(not_watched(camera));
  if (watcher == nullptr || !reason.empty()) {
    return make_error(ErrorCode::not_allowed_in_state,
                      "此探头没有在看" + (reason.empty() ? "" : "：" + reason));
  }
  XUNJIE_TRY_VOID(acts_.note(person, camera.config.id, CameraAct::relearn));
  return watcher->relearn(camera.config.id);
}

void Registry::set_reviews(const domain::CameraId& camera, DeviceReviewList reviews) {
  const std::lock_guard writing(writing_);
  publish([&](RegistrySnapshot& next) { next.reviews[camera] = std::move(reviews); });
}

const DeviceReviewList& RegistrySnapshot::reviews_of(const domain::CameraId& camera) const {
  static const DeviceReviewList none;
  const auto at = reviews.find(camera);
  return at == reviews.end() ? none : at->second;
}

Result<std::string> Registry::put_shop(const Principal& writer, const std::string& id,
                                       std::string_view body) {
  XUNJIE_TRY(value, read_put(writer, domain::Duty::manage_shops, id, body));
  XUNJIE_TRY(shop, decode_shop(value, ""));
  const std::lock_guard writing(writing_);
  XUNJIE_TRY_VOID(check_subdistrict(shop.subdistrict, "", reference_, false));
  if (!domain::in_scope(actor_of(writer), shop.subdistrict)) return forbidden();
  XUNJIE_TRY_VOID(keep(shop, shop.version));
  return this->shop(writer, id);
}

Result<std::string> Registry::put_team(const Principal& writer, const std::string& id,
                                       std::string_view body) {
  XUNJIE_TRY(value, read_put(writer, domain::Duty::manage_teams, id, body));
  XUNJIE_TRY(team, decode_team(value, ""));
  const std::lock_guard writing(writing_);
  XUNJIE_TRY_VOID(check_subdistrict(team.subdistrict, "", reference_, true));
  if (!domain::in_scope(actor_of(writer), team.subdistrict)) return forbidden();
  XUNJIE_TRY_VOID(keep(team, team.version));
  const auto stored = snapshot()->teams.at(domain::TeamId(id));
  json::object view = encode(stored);
  view["version"] = stored.version;
  return json::serialize(view);
}

}  // namespace xunjie::app
