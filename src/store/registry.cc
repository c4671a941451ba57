// Shops, cameras, teams, users and settings as versioned JSON bodies.
#include "store/cursor.h"
#include "store/rows.h"
#include "store/sql_store.h"
#include "store/statements.h"

namespace xunjie::store {

using ports::Entity;

Result<void> SqlStore::put_change(Database& database, const std::string& topic,
                                  const std::string& id, std::uint32_t version, UtcMicros at) {
  XUNJIE_TRY_VOID(database.run(sql::kPutChange, ++state_.position, topic, id, version, at));
  return {};
}

Result<Entity> SqlStore::put_entity(const Entity& entity,
                                    std::optional<std::uint32_t> expected_version) {
  if (entity.kind.empty() || entity.id.empty()) {
    return make_error(ErrorCode::invalid_argument, "kind 和 id 不能为空",
                      entity.kind.empty() ? "kind" : "id");
  }
  return write([&](Database& database) -> Result<Entity> {
    const auto read = [](Query& row) { return row.version(0); };
    XUNJIE_TRY(found, database.one(sql::kEntityVersion, read, entity.kind, entity.id));
    const std::uint32_t current = found.value_or(0);
    if (expected_version && *expected_version != current) {
      return make_error(ErrorCode::version_conflict,
                        entity.kind + " " + entity.id + " 已有更新，当前版本为 " +
                            std::to_string(current) + "，所依据的版本为 " +
                            std::to_string(*expected_version),
                        "version", std::to_string(current));
    }
    Entity stored = entity;
    stored.version = current + 1;
    XUNJIE_TRY_VOID(database.run(sql::kPutEntity, stored.kind, stored.id, stored.version,
                                 stored.subdistrict, stored.updated_at, stored.body));
    XUNJIE_TRY_VOID(
        put_change(database, stored.kind, stored.id, stored.version, stored.updated_at));
    return stored;
  });
}

Result<std::optional<Entity>> SqlStore::find_entity(const std::string& kind,
                                                    const std::string& id) {
  const auto reader = readers_.take();
  return reader->one(sql::kFindEntity, read_entity, kind, id);
}

Result<ports::PageOf<Entity>> SqlStore::list_entities(const std::string& kind,
                                                      const std::string& subdistrict,
                                                      const ports::Page& page) {
  XUNJIE_TRY_VOID(check_limit(page));
  const std::string list = "entities." + kind;
  Cursor after;
  if (!page.cursor.empty()) {
    XUNJIE_TRY(cursor, read_cursor(list, page.cursor));
    after = std::move(cursor);
  }
  const auto reader = readers_.take();
  auto rows = subdistrict.empty()
                  ? reader->all(sql::kListEntities, read_entity, kind, after.id, page.limit + 1)
                  : reader->all(sql::kListEntitiesOfSubdistrict, read_entity, kind, after.id,
                                page.limit + 1, subdistrict);
  if (!rows.ok()) return rows.error();
  ports::PageOf<Entity> out{std::move(rows).value(), {}};
  if (out.items.size() > static_cast<std::size_t>(page.limit)) {
    out.items.pop_back();
    out.next_cursor = write_cursor(list, {0, out.items.back().id});
  }
  return out;
}

Result<void> SqlStore::erase_entity(const std::string& kind, const std::string& id) {
  return write([&](Database& database) -> Result<void> {
    struct Was {
      std::uint32_t version;
      UtcMicros at;
    };
    // Read to its end, so that the statement is finished before the next one runs.
    XUNJIE_TRY(erased, database.all(
                           sql::kEraseEntity,
                           [](Query& row) {
                             return Was{row.version(0), row.time(1)};
                           },
                           kind, id));
    if (erased.empty()) return make_error(ErrorCode::not_found, "未找到 " + kind + " " + id, "id");
    return put_change(database, kind, id, erased.front().version + 1, erased.front().at);
  });
}

}  // namespace xunjie::store
