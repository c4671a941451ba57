// Reading cases, their events and the feed of changes. Nothing here waits for the writer.
#include <algorithm>

#include "store/case_list.h"
#include "store/rows.h"
#include "store/sql_store.h"
#include "store/statements.h"

namespace xunjie::store {
namespace {

using ports::CaseRow;
using ports::StoredEvent;

// One answer of a feed holds no more than this, whatever the caller asks for.
constexpr int kFeedMax = 10'000;

int feed_limit(int limit) {
  return std::clamp(limit, 1, kFeedMax);
}

// The columns of kEventsOfCase; the predecessor's hash is the caller's to fill.
StoredEvent read_event(Query& row) {
  StoredEvent event;
  event.position = row.integer(0);
  event.case_id = domain::CaseId(row.text(1));
  event.sequence = row.version(2);
  event.kind = row.text(3);
  event.at = row.time(4);
  event.actor = row.text(5);
  event.payload = row.text(6);
  event.hash = to_hex(row.view(7));
  return event;
}

}  // namespace

Result<std::optional<CaseRow>> SqlStore::find_case(const domain::CaseId& id) {
  const auto reader = readers_.take();
  return reader->one(sql::kFindCase, read_case, id.value);
}

Result<std::optional<CaseRow>> SqlStore::find_open_case(const std::string& place_key,
                                                        const std::string& violation) {
  const auto reader = readers_.take();
  return reader->one(sql::kFindOpenCase, read_case, place_key, violation);
}

Result<ports::PageOf<CaseRow>> SqlStore::list_cases(const ports::CaseFilter& filter,
                                                    const ports::Page& page) {
  XUNJIE_TRY_VOID(check_limit(page));
  XUNJIE_TRY_VOID(check_filter(filter));
  const std::string_view list = filter.oldest_first ? "cases.oldest" : "cases.newest";
  std::optional<Cursor> after;
  if (!page.cursor.empty()) {
    XUNJIE_TRY(cursor, read_cursor(list, page.cursor));
    after = std::move(cursor);
  }
  CaseListSql conditions(filter);
  conditions.page(after, page.limit);
  const auto reader = readers_.take();
  Query query = conditions.start(*reader, conditions.select_rows());
  XUNJIE_TRY(rows, Database::collect(query, read_case));
  ports::PageOf<CaseRow> out{std::move(rows), {}};
  if (out.items.size() > static_cast<std::size_t>(page.limit)) {
    out.items.pop_back();
    out.next_cursor =
        write_cursor(list, {out.items.back().reported_at.count, out.items.back().id.value});
  }
  return out;
}

Result<std::int64_t> SqlStore::count_cases(const ports::CaseFilter& filter) {
  XUNJIE_TRY_VOID(check_filter(filter));
  const CaseListSql conditions(filter);
  const auto reader = readers_.take();
  Query query = conditions.start(*reader, conditions.select_count());
  XUNJIE_TRY_VOID(query.next());
  return query.integer(0);
}

Result<std::vector<StoredEvent>> SqlStore::events_of(const domain::CaseId& id) {
  const auto reader = readers_.take();
  std::string previous = Digest{}.hex();
  return reader->all(
      sql::kEventsOfCase,
      [&](Query& row) {
        StoredEvent event = read_event(row);
        event.previous_hash = std::exchange(previous, event.hash);
        return event;
      },
      id.value);
}

Result<std::vector<StoredEvent>> SqlStore::events_after(std::int64_t position, int limit) {
  const auto reader = readers_.take();
  return reader->all(
      sql::kEventsAfter,
      [](Query& row) {
        StoredEvent event = read_event(row);
        event.previous_hash = row.is_null(8) ? Digest{}.hex() : to_hex(row.view(8));
        return event;
      },
      position, feed_limit(limit));
}

Result<std::vector<ports::Change>> SqlStore::changes_after(std::int64_t position, int limit) {
  const auto reader = readers_.take();
  return reader->all(sql::kChangesAfter, read_change, position, feed_limit(limit));
}

Result<std::int64_t> SqlStore::last_change() {
  const auto reader = readers_.take();
  XUNJIE_TRY(last, reader->one(sql::kLastPosition, [](Query& row) { return row.integer(0); }));
  return last.value_or(0);
}

// Of the cases found in the span, how many have come how far by now.
Result<ports::Funnel> SqlStore::funnel(UtcMicros from, UtcMicros until,
                                       const std::string& subdistrict) {
  const auto read = [](Query& row) {
    return ports::Funnel{row.integer(0), row.integer(1), row.integer(2), row.integer(3),
                         row.integer(4), row.integer(5), row.integer(6)};
  };
  const auto reader = readers_.take();
  auto found = subdistrict.empty()
                   ? reader->one(sql::kFunnel, read, from, until)
                   : reader->one(sql::kFunnelOfSubdistrict, read, from, until, subdistrict);
  if (!found.ok()) return found.error();
  return found->value_or(ports::Funnel{});
}

Result<int> SqlStore::reminded_cases(const domain::ShopId& shop, UtcMicros since) {
  const auto reader = readers_.take();
  const auto read = [](Query& row) { return static_cast<int>(row.integer(0)); };
  XUNJIE_TRY(count, reader->one(sql::kRemindedCases, read, shop.value, since));
  return count.value_or(0);
}

}  // namespace xunjie::store
