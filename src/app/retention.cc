#include "app/retention.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <map>

#include "app/camera_health.h"
#include "app/case_records.h"
#include "app/codec.h"
#include "app/registry.h"
#include "base/crash_point.h"

namespace xunjie::app {
namespace {

constexpr int kEventsAtOnce = 500;
constexpr int kCasesAtOnce = 8;
constexpr std::size_t kFilesAtOnce = 500;
constexpr int kAccessesAtOnce = 1000;
constexpr Micros kUploadKept = days(7);      // until a command must have named it
constexpr Micros kBetweenPasses = hours(1);  // over all ended cases: many wait for years
constexpr auto kIdle = std::chrono::seconds(5);

void note_pictures(const std::vector<domain::Picture>& pictures, const domain::CaseId& id,
                   std::vector<ports::BlobUse>& uses) {
  for (const auto& picture : pictures) {
    uses.push_back({picture.original, id});
    if (picture.marked) uses.push_back({*picture.marked, id});
  }
}

void note_uses(const domain::Event& event, const domain::CaseId& id,
               std::vector<ports::BlobUse>& uses) {
  note_pictures(event.facts.pictures, id, uses);
  if (event.facts.clip) uses.push_back({*event.facts.clip, id});
  if (!event.sighting) return;
  note_pictures(event.sighting->pictures, id, uses);
  if (event.sighting->clip) uses.push_back({event.sighting->clip->original, id});
}

bool went_through_penalty(const std::vector<ports::StoredEvent>& events) {
  return std::any_of(events.begin(), events.end(), [](const auto& event) {
    return event.kind == name_of(domain::EventKind::penalty_advanced);
  });
}

}  // namespace

Retention::Retention(ports::Store& store, ports::EvidenceLedger& ledger, ports::BlobStore& blobs,
                     const ports::Clock& clock, const ReferenceData& reference, InUse in_use)
    : store_(store),
      ledger_(ledger),
      blobs_(blobs),
      clock_(clock),
      reference_(reference),
      in_use_(std::move(in_use)) {}

Result<bool> Retention::index() {
  XUNJIE_TRY(position, ledger_.indexed_to());
  XUNJIE_TRY(events, store_.events_after(position, kEventsAtOnce));
  if (events.empty()) return true;
  ports::IndexStep step;
  step.upto = events.back().position;
  std::map<domain::CaseId, std::optional<UtcMicros>> ends;
  for (const auto& stored : events) {
    XUNJIE_TRY(event, decode_event(stored.payload));
    note_uses(event, stored.case_id, step.uses);
    ends[stored.case_id] = domain::is_end(event.to) ? std::optional(event.at) : std::nullopt;
  }
  for (const auto& [id, ended_at] : ends) step.cases.push_back({id, ended_at});
  XUNJIE_TRY_VOID(ledger_.index(position, step));
  return events.size() < static_cast<std::size_t>(kEventsAtOnce);
}

Result<void> Retention::finish_begun(UtcMicros now) {
  XUNJIE_TRY(begun, ledger_.unfinished_deletions());
  for (const auto& deletion : begun) XUNJIE_TRY_VOID(carry_out(deletion, now));
  return {};
}

Result<void> Retention::carry_out(const ports::Deletion& deletion, UtcMicros now) {
  // Whatever was stored again since the decision is somebody's new picture and stays.
  for (const auto& blob : deletion.blobs) {
    XUNJIE_TRY(removed, blobs_.remove(blob, deletion.at));
    (void)removed;
  }
  return ledger_.finish_deletion(deletion.number, now);
}

Result<bool> Retention::may_expire(const domain::CaseId& id, const RetentionRule& rule,
                                   UtcMicros now) {
  XUNJIE_TRY(current, load_case(store_, id));
  if (!current || !domain::is_end(current->state) || !current->ended_at) return false;
  if (current->objection_pending) return false;
  XUNJIE_TRY(events, store_.events_of(id));
  const bool longer =
      current->state == domain::CaseState::transferred || went_through_penalty(events);
  if (*current->ended_at + (longer ? rule.penalty : rule.evidence) > now) return false;
  // A new case at the place may point back to this one as a relapse.
  XUNJIE_TRY(open,
             store_.find_open_case(current->sighting.place_key, current->sighting.violation.value));
  if (open) return false;
  if (current->merged_into.empty()) return true;
  XUNJIE_TRY(target, ledger_.blobs_of(current->merged_into));
  return target.empty();
}

Result<void> Retention::expire(const domain::CaseId& id, UtcMicros now) {
  XUNJIE_TRY(blobs, ledger_.blobs_of(id));
  XUNJIE_TRY(shared, ledger_.in_use(blobs, id));
  std::set<domain::BlobId> needed = in_use_();
  needed.insert(shared.begin(), shared.end());
  std::erase_if(blobs, [&](const auto& blob) { return needed.contains(blob); });
  XUNJIE_TRY(copies, ledger_.copies_of(blobs));
  blobs.insert(blobs.end(), copies.begin(), copies.end());
  std::sort(blobs.begin(), blobs.end());
  blobs.erase(std::unique(blobs.begin(), blobs.end()), blobs.end());
  ports::Deletion deletion;
  deletion.at = now;
  deletion.cause = "case_ended";
  deletion.case_id = id;
  for (const auto& blob : blobs) {
    const auto size = blobs_.size_of(blob);
    if (size.ok()) deletion.bytes += static_cast<std::int64_t>(*size);
  }
  deletion.blobs = std::move(blobs);
  XUNJIE_TRY(begun, ledger_.begin_deletion(std::move(deletion)));
  crash_point("retention.after_record");
  return carry_out(begun, now);
}

Result<bool> Retention::expire_cases(const RetentionRule& rule, UtcMicros now) {
  if (now >= passed_at_ && now < passed_at_ + kBetweenPasses) return false;
  XUNJIE_TRY(ended, ledger_.cases_ended(now - rule.evidence, after_, kCasesAtOnce));
  for (const auto& one : ended) {
    XUNJIE_TRY(over, may_expire(one.case_id, rule, now));
    if (over) XUNJIE_TRY_VOID(expire(one.case_id, now));
  }
  const bool more = ended.size() == static_cast<std::size_t>(kCasesAtOnce);
  after_ = more ? ended.back() : ports::CaseUse{};
  if (!more) passed_at_ = now;
  return more;
}

// An upload waits some days for the command that names it.
Result<bool> Retention::is_unneeded(const domain::BlobId& blob, UtcMicros now) {
  XUNJIE_TRY(upload, store_.find_entity("upload", blob.value));
  if (!upload) return true;
  if (upload->updated_at + kUploadKept > now) return false;
  XUNJIE_TRY_VOID(store_.erase_entity("upload", blob.value));
  return true;
}

Result<void> Retention::sweep(const RetentionRule& rule, UtcMicros now) {
  std::array<char, 3> prefix{};
  std::snprintf(prefix.data(), prefix.size(), "%02x", static_cast<unsigned>(prefix_) & 0xffU);
  prefix_ = (prefix_ + 1) % 256;
  XUNJIE_TRY(stored, blobs_.list(prefix.data()));
  std::vector<domain::BlobId> old;
  std::map<domain::BlobId, std::uint64_t> sizes;
  for (const auto& one : stored) {
    if (one.put_at + rule.unreferenced > now) continue;
    old.push_back(one.id);
    sizes[one.id] = one.size;
  }
  XUNJIE_TRY(used, ledger_.in_use(old, {}));
  std::set<domain::BlobId> needed(used.begin(), used.end());
  if (old.size() > needed.size()) needed.merge(in_use_());
  ports::Deletion deletion;
  deletion.at = now;
  deletion.cause = "unreferenced";
  for (const auto& blob : old) {
    if (needed.contains(blob) || deletion.blobs.size() == kFilesAtOnce) continue;
    XUNJIE_TRY(unneeded, is_unneeded(blob, now));
    if (!unneeded) continue;
    deletion.bytes += static_cast<std::int64_t>(sizes[blob]);
    deletion.blobs.push_back(blob);
  }
  if (deletion.blobs.empty()) return {};
  XUNJIE_TRY(begun, ledger_.begin_deletion(std::move(deletion)));
  crash_point("retention.after_record");
  return carry_out(begun, now);
}

bool Retention::step(UtcMicros now) {
  if (!finish_begun(now).ok()) return false;
  const auto complete = index();
  if (!complete.ok()) return false;
  // Only who has read the whole log knows what nothing uses.
  if (!*complete) return true;
  const RetentionRule& rule = reference_.policy.retention_at(now);
  const auto more = expire_cases(rule, now);
  if (!more.ok() || !sweep(rule, now).ok()) return false;
  const auto erased = ledger_.erase_accesses(now - rule.access_log, kAccessesAtOnce);
  return *more || (erased.ok() && *erased == kAccessesAtOnce);
}

void Retention::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  while (!stop.stop_requested()) {
    if (step(clock_.now())) continue;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, kIdle, [] { return false; });
  }
}

std::set<domain::BlobId> files_beside_cases(const CameraHealthBook& health,
                                            const Registry& registry) {
  std::set<domain::BlobId> files = health.pictures();
  for (const auto& [camera, reviews] : registry.snapshot()->reviews) {
    for (const auto& review : reviews.records) {
      for (const auto& document : review.documents) files.insert(document.blob);
    }
  }
  return files;
}

}  // namespace xunjie::app
