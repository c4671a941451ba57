#include "app/access_log.h"

#include <chrono>

#include <boost/json.hpp>

#include "app/page_query.h"
#include "app/views.h"
#include "domain/rights.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kWaitingMax = 4096;

std::string key_of(const ports::AccessRecord& record) {
  std::string key;
  for (const std::string* part :
       {&record.user, &record.what, &record.blob.value, &record.case_id.value, &record.reason}) {
    key += *part;
    key += '\n';
  }
  return key;
}

json::object view_of(const ports::AccessRecord& record) {
  return {{"at", to_rfc3339(record.at)},
          {"user", record.user},
          {"name", record.name},
          {"role", record.role},
          {"unit", text_or_null(record.unit)},
          {"what", record.what},
          {"blob", text_or_null(record.blob.value)},
          {"case", text_or_null(record.case_id.value)},
          {"camera", text_or_null(record.camera.value)},
          {"reason", text_or_null(record.reason)},
          {"times", record.times}};
}

json::object view_of(const ports::Deletion& deletion) {
  json::array blobs;
  for (const auto& blob : deletion.blobs) blobs.emplace_back(blob.value);
  return {{"number", deletion.number},
          {"at", to_rfc3339(deletion.at)},
          {"cause", deletion.cause},
          {"case", text_or_null(deletion.case_id.value)},
          {"files", deletion.count},
          {"bytes", deletion.bytes},
          {"digest", deletion.digest},
          {"blobs", std::move(blobs)},
          {"done_at", time_or_null(deletion.done_at)}};
}

Result<void> may_audit(const Principal& reader) {
  if (domain::may(reader.role, domain::Duty::read_audit)) return {};
  return make_error(ErrorCode::forbidden, "只有审计员和平台管理员可以查看此记录");
}

template <typename T>
std::string page_json(const ports::PageOf<T>& page, UtcMicros now) {
  json::array items;
  for (const auto& one : page.items) items.push_back(view_of(one));
  return json::serialize(json::object{{"items", std::move(items)},
                                      {"next_cursor", text_or_null(page.next_cursor)},
                                      {"as_of", to_rfc3339(now)}});
}

}  // namespace

ports::AccessRecord access_by(const Principal& reader) {
  ports::AccessRecord record;
  record.user = reader.id.value;
  record.name = reader.name;
  record.role = std::string(name_of(reader.role));
  record.unit = reader.department.empty() ? reader.subdistrict.value : reader.department;
  return record;
}

AccessLog::AccessLog(ports::EvidenceLedger& ledger, const ports::Clock& clock)
    : ledger_(ledger), clock_(clock) {}

void AccessLog::note(ports::AccessRecord record) {
  record.at = clock_.now();
  const std::lock_guard lock(mutex_);
  const auto [place, fresh] = places_.try_emplace(key_of(record), waiting_.size());
  if (!fresh) {
    ++waiting_[place->second].times;
  } else if (waiting_.size() == kWaitingMax) {
    places_.erase(place);
    ++missed_;
  } else {
    waiting_.push_back(std::move(record));
  }
}

Result<void> AccessLog::write(ports::AccessRecord record) {
  record.at = clock_.now();
  return ledger_.append_accesses({std::move(record)});
}

int AccessLog::flush() {
  std::vector<ports::AccessRecord> batch;
  int missed = 0;
  {
    const std::lock_guard lock(mutex_);
    batch.swap(waiting_);
    places_.clear();
    std::swap(missed, missed_);
  }
  if (missed > 0) {
    ports::AccessRecord record;
    record.at = clock_.now();
    record.user = record.role = "system";
    record.what = "missed";
    record.times = missed;
    batch.push_back(std::move(record));
  }
  if (batch.empty()) return 0;
  if (ledger_.append_accesses(batch).ok()) return static_cast<int>(batch.size());
  const std::lock_guard lock(mutex_);
  if (missed > 0) batch.pop_back();
  missed_ += missed;
  // In front of what came meanwhile, as far as there is room; nothing new is merged into these.
  for (auto& record : waiting_) {
    if (batch.size() < kWaitingMax)
      batch.push_back(std::move(record));
    else
      missed_ += record.times;
  }
  waiting_.swap(batch);
  places_.clear();
  return 0;
}

void AccessLog::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
    }
    flush();
  }
}

Result<std::string> AccessLog::list(const Principal& reader, const QueryParameters& parameters) {
  XUNJIE_TRY_VOID(may_audit(reader));
  XUNJIE_TRY(query, PageQuery::read(parameters, {"user", "case", "blob", "what", "from", "until"}));
  ports::AccessFilter filter;
  filter.user = query.text("user");
  filter.case_id = query.text("case");
  filter.blob = query.text("blob");
  filter.what = query.text("what");
  XUNJIE_TRY(from, query.time("from"));
  filter.from = from;
  XUNJIE_TRY(until, query.time("until"));
  filter.until = until;
  if (from && until && *until <= *from) {
    return make_error(
        ErrorCode::invalid_argument,
        "until：“" + query.text("until") + "” 应晚于 from “" + query.text("from") + "”", "until");
  }
  flush();  // what the auditor asks about may be a moment old
  XUNJIE_TRY(page, ledger_.list_accesses(filter, {query.limit, query.cursor}));
  return page_json(page, clock_.now());
}

Result<std::string> AccessLog::deletions(const Principal& reader,
                                         const QueryParameters& parameters) {
  XUNJIE_TRY_VOID(may_audit(reader));
  XUNJIE_TRY(query, PageQuery::read(parameters, {}));
  XUNJIE_TRY(page, ledger_.list_deletions({query.limit, query.cursor}));
  return page_json(page, clock_.now());
}

}  // namespace xunjie::app
