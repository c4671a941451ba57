// Effects under leases, and timers.
#include <algorithm>
#include <limits>

#include "store/cursor.h"
#include "store/rows.h"
#include "store/sql_store.h"
#include "store/statements.h"

namespace xunjie::store {
namespace {

using ports::EffectRow;

constexpr int kClaimMax = 1000;
constexpr std::string_view kEffectList = "effects";

Error no_effect(const std::string& id) {
  return make_error(ErrorCode::not_found, "未找到待办 " + id, "effect");
}

Result<bool> exists(Database& database, const std::string& id) {
  XUNJIE_TRY(found, database.one(
                        sql::kFindEffect, [](Query&) { return true; }, id));
  return found.has_value();
}

}  // namespace

Result<std::vector<EffectRow>> SqlStore::claim_effects(UtcMicros now, Micros lease, int limit) {
  {
    // Asking costs no fsync; runners ask far more often than there is something to do.
    const auto reader = readers_.take();
    XUNJIE_TRY(due, reader->one(
                        sql::kAnyDueEffect, [](Query&) { return true; }, now));
    if (!due) return std::vector<EffectRow>();
  }
  return write([&](Database& database) -> Result<std::vector<EffectRow>> {
    using Numbered = std::pair<std::int64_t, EffectRow>;
    XUNJIE_TRY(claimed,
               database.all(
                   sql::kClaimEffects,
                   [](Query& row) { return Numbered(effect_position(row), read_effect(row)); }, now,
                   now + lease, std::clamp(limit, 1, kClaimMax)));
    // RETURNING promises no order.
    std::sort(claimed.begin(), claimed.end(),
              [](const Numbered& a, const Numbered& b) { return a.first < b.first; });
    std::vector<EffectRow> out;
    out.reserve(claimed.size());
    for (Numbered& one : claimed) out.push_back(std::move(one.second));
    return out;
  });
}

Result<void> SqlStore::finish_effect(const std::string& id, const std::string& reference) {
  return write([&](Database& database) -> Result<void> {
    XUNJIE_TRY(changed, database.run(sql::kFinishEffect, id, reference));
    if (changed == 0) return no_effect(id);
    return {};
  });
}

// A finished effect stays finished: whoever did not hear of it may not bring it back.
Result<void> SqlStore::retry_effect(const std::string& id, UtcMicros next_attempt,
                                    const std::string& error) {
  return write([&](Database& database) -> Result<void> {
    XUNJIE_TRY(changed, database.run(sql::kRetryEffect, id, next_attempt, error));
    XUNJIE_TRY(known, exists(database, id));
    if (!known) return no_effect(id);
    return changed == 0 ? Result<void>() : put_change(database, "effect", id, 0, next_attempt);
  });
}

Result<void> SqlStore::park_effect(const std::string& id, const std::string& error) {
  return write([&](Database& database) -> Result<void> {
    XUNJIE_TRY(effect, database.one(sql::kFindEffect, read_effect, id));
    if (!effect) return no_effect(id);
    XUNJIE_TRY(changed, database.run(sql::kParkEffect, id, error));
    return changed == 0 ? Result<void>()
                        : put_change(database, "effect", id, 0, effect->next_attempt_at);
  });
}

Result<ports::PageOf<EffectRow>> SqlStore::list_effects(const std::string& status,
                                                        const ports::Page& page) {
  XUNJIE_TRY_VOID(check_limit(page));
  Cursor before{std::numeric_limits<std::int64_t>::max(), {}};
  if (!page.cursor.empty()) {
    XUNJIE_TRY(cursor, read_cursor(kEffectList, page.cursor));
    before = std::move(cursor);
  }
  std::int64_t last = 0;
  const auto read = [&](Query& row) {
    EffectRow effect = read_effect(row);
    return std::pair(effect_position(row), std::move(effect));
  };
  const auto reader = readers_.take();
  auto rows =
      status.empty() ? reader->all(sql::kListEffects, read, before.number, page.limit + 1)
      : status == "parked"
          ? reader->all(sql::kListParkedEffects, read, before.number, page.limit + 1)
          : reader->all(sql::kListEffectsOfStatus, read, before.number, page.limit + 1, status);
  if (!rows.ok()) return rows.error();
  ports::PageOf<EffectRow> out;
  for (auto& [position, effect] : *rows) {
    if (out.items.size() == static_cast<std::size_t>(page.limit)) {
      out.next_cursor = write_cursor(kEffectList, {last, {}});
      break;
    }
    last = position;
    out.items.push_back(std::move(effect));
  }
  return out;
}

Result<std::optional<EffectRow>> SqlStore::find_effect(const std::string& id) {
  const auto reader = readers_.take();
  return reader->one(sql::kFindEffect, read_effect, id);
}

Result<std::optional<EffectRow>> SqlStore::find_effect_by_reference(const std::string& reference) {
  const auto reader = readers_.take();
  return reader->one(sql::kFindEffectByReference, read_effect, reference);
}

Result<std::vector<ports::TimerRow>> SqlStore::due_timers(UtcMicros now, int limit) {
  const auto reader = readers_.take();
  const auto read = [](Query& row) {
    return ports::TimerRow{domain::CaseId(row.text(0)), row.text(1), row.text(2), row.time(3)};
  };
  return reader->all(sql::kDueTimers, read, now, std::clamp(limit, 1, kClaimMax));
}

Result<std::optional<UtcMicros>> SqlStore::next_timer() {
  const auto reader = readers_.take();
  return reader->one(sql::kNextTimer, [](Query& row) { return row.time(0); });
}

}  // namespace xunjie::store
