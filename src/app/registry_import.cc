// registry.json: everything is read and checked before anything is written.
#include "app/accounts.h"
#include "app/registry.h"
#include "app/registry_json.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kImportMax = 64u << 20;
constexpr std::size_t kRecordsMax = 100'000;

struct ImportedUser {
  NewUser user;
  std::string password;
};

struct Imported {
  std::vector<Shop> shops;
  std::vector<Team> teams;
  std::vector<ImportedUser> users;
  std::vector<Camera> cameras;
};

template <typename T, typename Read>
Result<void> read_records(ObjectReader& from, const char* field, std::vector<T>& into,
                          const Read& read) {
  const auto* list = from.array_if(field, kRecordsMax);
  if (list == nullptr) return {};
  for (std::size_t i = 0; i < list->size(); ++i) {
    Result<T> record = read((*list)[i], index_path(field, i));
    if (!record.ok()) return record.error();
    into.push_back(std::move(record).value());
  }
  return {};
}

Result<ImportedUser> read_user(const json::value& value, const std::string& path) {
  ObjectReader from(value, path);
  ImportedUser imported;
  from.ignore("team");
  imported.user.id = from.text_or("id", {}, 64);
  imported.user.login = from.text("login", 64);
  imported.user.name = from.text_or("name", {}, 64);
  imported.user.role = from.text("role", 32);
  imported.user.subdistrict = from.text_or("subdistrict", {}, 16);
  imported.user.department = from.text_or("department", {}, 64);
  imported.user.certificate = from.text_or("certificate", {}, 64);
  imported.password = from.text_or("password", {}, 256);
  XUNJIE_TRY_VOID(from.finish());
  return imported;
}

Result<Imported> read_import(std::string_view text) {
  XUNJIE_TRY(value, parse_json(text, kImportMax));
  ObjectReader from(value, "");
  Imported imported;
  XUNJIE_TRY_VOID(read_records<Shop>(from, "shops", imported.shops, decode_shop));
  XUNJIE_TRY_VOID(read_records<Team>(from, "teams", imported.teams, decode_team));
  XUNJIE_TRY_VOID(read_records<ImportedUser>(from, "users", imported.users, read_user));
  XUNJIE_TRY_VOID(read_records<Camera>(from, "cameras", imported.cameras, decode_camera));
  XUNJIE_TRY_VOID(from.finish());
  return imported;
}

template <typename T, typename IdOf>
Result<void> check_unique(const std::vector<T>& records, const char* field, const IdOf& id_of) {
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto [at, added] = seen.emplace(id_of(records[i]), i);
    if (added) continue;
    const std::string path = index_path(field, i) + ".id";
    return make_error(
        ErrorCode::invalid_argument,
        path + "：“" + at->first + "” 已在 " + index_path(field, at->second) + " 用过", path);
  }
  return {};
}

Result<void> check_import(const Imported& imported, const ReferenceData& reference,
                          const RegistrySnapshot& present, const Accounts& accounts) {
  XUNJIE_TRY_VOID(
      check_unique(imported.shops, "shops", [](const Shop& one) { return one.id.value; }));
  XUNJIE_TRY_VOID(
      check_unique(imported.teams, "teams", [](const Team& one) { return one.id.value; }));
  XUNJIE_TRY_VOID(check_unique(imported.cameras, "cameras",
                               [](const Camera& one) { return one.config.id.value; }));
  XUNJIE_TRY_VOID(check_unique(imported.users, "users",
                               [](const ImportedUser& one) { return one.user.login; }));
  auto shops = present.shops;
  for (std::size_t i = 0; i < imported.shops.size(); ++i) {
    const Shop& shop = imported.shops[i];
    XUNJIE_TRY_VOID(check_subdistrict(shop.subdistrict, index_path("shops", i), reference, false));
    shops[shop.id] = shop;
  }
  for (std::size_t i = 0; i < imported.teams.size(); ++i) {
    XUNJIE_TRY_VOID(
        check_subdistrict(imported.teams[i].subdistrict, index_path("teams", i), reference, true));
  }
  for (std::size_t i = 0; i < imported.users.size(); ++i) {
    auto sound = accounts.check_user(imported.users[i].user, imported.users[i].password);
    if (sound.ok()) continue;
    Error error = sound.error();
    error.field = join_path(index_path("users", i), error.field);
    error.message = index_path("users", i) + " " + error.message;
    return error;
  }
  for (std::size_t i = 0; i < imported.cameras.size(); ++i) {
    XUNJIE_TRY_VOID(check_camera(imported.cameras[i], index_path("cameras", i), reference, shops));
  }
  return {};
}

}  // namespace

Result<std::string> Registry::import(std::string_view text, Accounts& accounts) {
  XUNJIE_TRY(imported, read_import(text));
  const std::lock_guard writing(writing_);
  XUNJIE_TRY_VOID(check_import(imported, reference_, *snapshot(), accounts));
  // Shops before cameras: a camera never names a shop that is not there, even after a crash here.
  for (auto& shop : imported.shops) {
    XUNJIE_TRY(version, write("shop", shop.id.value, shop.subdistrict,
                              json::serialize(encode(shop)), std::nullopt));
    shop.version = version;
  }
  for (auto& team : imported.teams) {
    XUNJIE_TRY(version, write("team", team.id.value, team.subdistrict,
                              json::serialize(encode(team)), std::nullopt));
    team.version = version;
  }
  // One new snapshot for all of them: copying it per record would be quadratic.
  publish([&imported](RegistrySnapshot& next) {
    for (const auto& shop : imported.shops) next.shops[shop.id] = shop;
    for (const auto& team : imported.teams) next.teams[team.id] = team;
  });
  if (!imported.shops.empty()) tell_cars();
  for (const auto& one : imported.users) XUNJIE_TRY_VOID(accounts.put_user(one.user, one.password));
  for (const auto& camera : imported.cameras) XUNJIE_TRY_VOID(keep(camera, std::nullopt));
  return json::serialize(json::object{{"shops", imported.shops.size()},
                                      {"teams", imported.teams.size()},
                                      {"users", imported.users.size()},
                                      {"cameras", imported.cameras.size()}});
}

}  // namespace xunjie::app
