#include "app/rebuild.h"

#include "app/case_records.h"

namespace xunjie::app {
namespace {

constexpr int kEventsPerRead = 500;
constexpr std::size_t kDifferingMax = 100;

bool same_row(const ports::CaseRow& a, const ports::CaseRow& b) {
  return a.version == b.version && a.state == b.state && a.stage == b.stage && a.open == b.open &&
         a.team == b.team && a.department == b.department && a.due == b.due &&
         a.updated_at == b.updated_at && a.confirmed_at == b.confirmed_at &&
         a.told_at == b.told_at && a.corrected_at == b.corrected_at &&
         a.dispatched_at == b.dispatched_at && a.ended_at == b.ended_at && a.body == b.body;
}

Result<void> rebuild_case(ports::Store& store, const domain::CaseId& id, bool repair,
                          RebuildReport& report) {
  XUNJIE_TRY(events, store.events_of(id));
  XUNJIE_TRY(folded, fold(id, events));
  report.events += static_cast<std::int64_t>(events.size());
  ++report.cases;
  const ports::CaseRow wanted = row_of(folded);
  XUNJIE_TRY(present, store.find_case(id));
  if (present && same_row(*present, wanted)) return {};
  if (report.differing.size() < kDifferingMax) report.differing.push_back(id.value);
  if (repair) XUNJIE_TRY_VOID(store.replace_row(wanted));
  return {};
}

}  // namespace

Result<RebuildReport> rebuild_projections(ports::Store& store, bool repair) {
  RebuildReport report;
  XUNJIE_TRY(before, store.projection_hash());
  report.hash_before = before;
  // A case is taken up at its first event, so each is folded once and memory stays small.
  std::int64_t position = 0;
  for (;;) {
    XUNJIE_TRY(events, store.events_after(position, kEventsPerRead));
    if (events.empty()) break;
    for (const auto& event : events) {
      position = event.position;
      if (event.sequence == 1) XUNJIE_TRY_VOID(rebuild_case(store, event.case_id, repair, report));
    }
  }
  XUNJIE_TRY(after, store.projection_hash());
  report.hash_after = after;
  return report;
}

}  // namespace xunjie::app
