#include "app/user_records.h"

#include "app/json_reader.h"
#include "app/views.h"

namespace xunjie::app {

namespace json = boost::json;

json::object user_view(const Principal& principal) {
  json::object view;
  view["id"] = principal.id.value;
  view["login"] = principal.login;
  view["name"] = principal.name;
  view["role"] = json_text(name_of(principal.role));
  view["role_zh"] = json_text(chinese_of(principal.role));
  view["subdistrict"] = text_or_null(principal.subdistrict.value);
  view["department"] = text_or_null(principal.department);
  view["certificate"] = text_or_null(principal.certificate);
  return view;
}

Result<std::optional<UserRecord>> find_user(ports::Store& store, const domain::UserId& id) {
  XUNJIE_TRY(entity, store.find_entity("user", id.value));
  if (!entity) return std::optional<UserRecord>();
  XUNJIE_TRY(value, parse_json(entity->body));
  ObjectReader from(value, "user " + id.value);
  UserRecord user;
  user.version = entity->version;
  user.principal.id = id;
  from.ignore("id");
  from.ignore("role_zh");
  user.principal.login = from.text("login");
  user.principal.name = from.text("name");
  const std::string role = from.text("role");
  const auto known = domain::role_from(role);
  if (!known) from.fail("role", "不认识的岗位 “" + role + "”");
  user.principal.role = known.value_or(domain::Role::auditor);
  user.principal.subdistrict = domain::SubdistrictId(from.text_or("subdistrict", {}));
  user.principal.department = from.text_or("department", {});
  user.principal.certificate = from.text_or("certificate", {});
  user.password_hash = from.text_or("password_hash", {});
  XUNJIE_TRY_VOID(from.finish());
  return std::optional<UserRecord>(std::move(user));
}

Result<std::optional<UserRecord>> find_user_by_login(ports::Store& store,
                                                     const std::string& login) {
  XUNJIE_TRY(entity, store.find_entity("login", login));
  if (!entity) return std::optional<UserRecord>();
  return find_user(store, domain::UserId(entity->body));
}

Result<void> put_user_record(ports::Store& store, const UserRecord& user, UtcMicros now) {
  json::object body = user_view(user.principal);
  body["password_hash"] = user.password_hash;
  ports::Entity entity;
  entity.kind = "user";
  entity.id = user.principal.id.value;
  entity.subdistrict = user.principal.subdistrict.value;
  entity.body = json::serialize(body);
  entity.updated_at = now;
  XUNJIE_TRY(present, store.find_entity("user", entity.id));
  if (!present || present->body != entity.body) {
    XUNJIE_TRY(stored, store.put_entity(entity, std::nullopt));
    (void)stored;
  }
  // The login last: a user that cannot be found by login is only invisible, never wrong.
  XUNJIE_TRY(login, store.find_entity("login", user.principal.login));
  if (login && login->body == entity.id) return {};
  ports::Entity by_login;
  by_login.kind = "login";
  by_login.id = user.principal.login;
  by_login.body = entity.id;
  by_login.updated_at = now;
  XUNJIE_TRY(written, store.put_entity(by_login, std::nullopt));
  (void)written;
  return {};
}

Result<SessionList> find_sessions(ports::Store& store, const domain::UserId& id) {
  SessionList list;
  XUNJIE_TRY(entity, store.find_entity("sessions", id.value));
  if (!entity) return list;
  list.version = entity->version;
  XUNJIE_TRY(value, parse_json(entity->body));
  const auto* items = value.if_array();
  if (items == nullptr) return make_error(ErrorCode::corrupt, "会话记录无法读取", {}, id.value);
  for (const auto& item : *items) {
    ObjectReader from(item, "session");
    SessionRecord session{from.text("hash"), UtcMicros{from.integer("created_at")},
                          UtcMicros{from.integer("seen_at")}};
    XUNJIE_TRY_VOID(from.finish());
    list.sessions.push_back(std::move(session));
  }
  return list;
}

Result<void> put_sessions(ports::Store& store, const domain::UserId& id, const SessionList& list,
                          UtcMicros now) {
  json::array items;
  for (const auto& session : list.sessions) {
    items.push_back({{"hash", session.hash},
                     {"created_at", session.created_at.count},
                     {"seen_at", session.seen_at.count}});
  }
  ports::Entity entity;
  entity.kind = "sessions";
  entity.id = id.value;
  entity.body = json::serialize(items);
  entity.updated_at = now;
  XUNJIE_TRY(stored, store.put_entity(entity, list.version));
  (void)stored;
  return {};
}

}  // namespace xunjie::app
