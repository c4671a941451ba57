#include "app/entity_ring.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include <boost/json.hpp>

#include "app/json_reader.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

constexpr int kPage = 200;

std::string slot_id(std::int64_t number, int slots) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%05lld", static_cast<long long>(number % slots));
  return text.data();
}

Result<EntityRing::Entry> entry_of(const ports::Entity& entity) {
  XUNJIE_TRY(value, parse_json(entity.body));
  ObjectReader from(value, entity.kind);
  EntityRing::Entry entry;
  entry.number = from.integer("n");
  entry.record = json::serialize(from.value("record"));
  entry.at = entity.updated_at;
  XUNJIE_TRY_VOID(from.finish());
  return entry;
}

}  // namespace

Result<std::int64_t> ring_cursor(const std::string& cursor) {
  std::int64_t number = 0;
  if (cursor.empty()) return number;
  const auto [end, failed] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), number);
  if (failed == std::errc() && end == cursor.data() + cursor.size() && number > 0) return number;
  return make_error(ErrorCode::invalid_argument, "cursor：应为上一页的 next_cursor", "cursor");
}

Result<std::vector<EntityRing::Entry>> EntityRing::read_all(const std::string& owner) const {
  std::vector<Entry> all;
  ports::Page page;
  page.limit = kPage;
  do {
    XUNJIE_TRY(entities, store_.list_entities(kind_of(owner), "", page));
    for (const auto& entity : entities.items) {
      XUNJIE_TRY(entry, entry_of(entity));
      all.push_back(std::move(entry));
    }
    page.cursor = entities.next_cursor;
  } while (!page.cursor.empty());
  std::sort(all.begin(), all.end(),
            [](const Entry& a, const Entry& b) { return a.number < b.number; });
  return all;
}

Result<std::int64_t> EntityRing::newest_number(const std::string& owner) {
  const auto at = newest_.find(owner);
  if (at != newest_.end()) return at->second;
  XUNJIE_TRY(all, read_all(owner));
  const std::int64_t newest = all.empty() ? 0 : all.back().number;
  newest_[owner] = newest;
  return newest;
}

Result<void> EntityRing::put(const std::string& owner, std::int64_t number,
                             const std::string& record, UtcMicros at) {
  XUNJIE_TRY(value, parse_json(record));
  ports::Entity entity;
  entity.kind = kind_of(owner);
  entity.id = slot_id(number, slots_);
  entity.body = json::serialize(json::object{{"n", number}, {"record", std::move(value)}});
  entity.updated_at = at;
  XUNJIE_TRY(stored, store_.put_entity(entity, std::nullopt));
  (void)stored;
  newest_[owner] = number;
  return {};
}

Result<void> EntityRing::append(const std::string& owner, const std::string& record, UtcMicros at) {
  const std::lock_guard lock(mutex_);
  XUNJIE_TRY(newest, newest_number(owner));
  return put(owner, newest + 1, record, at);
}

Result<void> EntityRing::replace_newest(const std::string& owner, const std::string& record,
                                        UtcMicros at) {
  const std::lock_guard lock(mutex_);
  XUNJIE_TRY(newest, newest_number(owner));
  return put(owner, std::max<std::int64_t>(newest, 1), record, at);
}

Result<std::vector<EntityRing::Entry>> EntityRing::newest_first(const std::string& owner,
                                                                std::int64_t before,
                                                                std::size_t limit) const {
  XUNJIE_TRY(all, read_all(owner));
  std::vector<Entry> out;
  for (auto entry = all.rbegin(); entry != all.rend() && out.size() < limit; ++entry) {
    if (before == 0 || entry->number < before) out.push_back(std::move(*entry));
  }
  return out;
}

}  // namespace xunjie::app
