// `xunjie check`: everything that can be proved about a data folder without changing it.
#include <iostream>
#include <set>
#include <string>

#include <boost/json.hpp>

#include "app/codec.h"
#include "app/device_review_json.h"
#include "app/rebuild.h"
#include "server/core.h"
#include "server/data_commands.h"
#include "store/open.h"

namespace xunjie::server {
namespace {

namespace json = boost::json;

constexpr int kPage = 500;
constexpr int kEntityPage = 200;
constexpr std::size_t kFaultsMax = 1000;

struct Findings {
  json::object report;
  json::array faults;

  void fault(const std::string& text) {
    if (faults.size() < kFaultsMax) faults.emplace_back(text);
  }
};

Result<void> check_store(ports::Store& store, Findings& findings) {
  XUNJIE_TRY(checked, store.check());
  findings.report["store"] = {{"cases", checked.cases},
                              {"events", checked.events},
                              {"effects_parked", checked.effects_parked}};
  for (const std::string& fault : checked.faults) findings.fault(fault);
  return {};
}

Result<void> check_projection(ports::Store& store, Findings& findings) {
  XUNJIE_TRY(rebuilt, app::rebuild_projections(store, false));
  findings.report["projection"] = {{"cases", rebuilt.cases},
                                   {"events", rebuilt.events},
                                   {"hash_stored", rebuilt.hash_before},
                                   {"hash_rebuilt", rebuilt.hash_after}};
  for (const std::string& id : rebuilt.differing) {
    findings.fault("案件 " + id + " 的当前状态与其事件不一致");
  }
  if (rebuilt.differing.empty() && rebuilt.hash_before != rebuilt.hash_after) {
    findings.fault("当前状态表的摘要与由事件重建的不一致");
  }
  return {};
}

// What the events say of pictures and clips.
struct Named {
  std::set<domain::BlobId> blobs;
  std::int64_t sealed = 0;
};

void note_pictures(const std::vector<domain::Picture>& pictures, const ports::StoredEvent& event,
                   Named& named, Findings& findings) {
  for (const domain::Picture& picture : pictures) {
    named.blobs.insert(picture.original);
    if (picture.marked) named.blobs.insert(*picture.marked);
    if (!picture.seal) continue;
    ++named.sealed;
    if (picture.taken_at <= event.at && !picture.seal->camera.empty()) continue;
    findings.fault("案件 " + event.case_id.value + " 第 " + std::to_string(event.sequence) +
                   " 条记录的图片 " + picture.original.value + " 封存信息不成立");
  }
}

// Every picture and clip an event names, so that evidence cannot have gone missing unnoticed.
Result<Named> named_blobs(ports::Store& store, Findings& findings) {
  Named named;
  std::int64_t position = 0;
  while (true) {
    XUNJIE_TRY(events, store.events_after(position, kPage));
    if (events.empty()) return named;
    for (const ports::StoredEvent& stored : events) {
      XUNJIE_TRY(event, app::decode_event(stored.payload));
      note_pictures(event.facts.pictures, stored, named, findings);
      if (event.facts.clip) named.blobs.insert(*event.facts.clip);
      if (!event.sighting) continue;
      note_pictures(event.sighting->pictures, stored, named, findings);
      const auto& clip = event.sighting->clip;
      if (!clip) continue;
      named.blobs.insert(clip->original);
      named.sealed += clip->seal ? 1 : 0;
    }
    position = events.back().position;
  }
}

// Documents of device reviews are kept for ever.
Result<std::int64_t> check_documents(ports::Store& store, ports::BlobStore& blobs,
                                     Findings& findings) {
  std::int64_t named = 0;
  ports::Page page;
  page.limit = kEntityPage;
  do {
    XUNJIE_TRY(entities, store.list_entities("device_review", "", page));
    for (const auto& entity : entities.items) {
      XUNJIE_TRY(reviews, app::decode_reviews(entity.body));
      for (const auto& review : reviews) {
        for (const auto& document : review.documents) {
          ++named;
          if (blobs.size_of(document.blob)) continue;
          findings.fault("设备 " + entity.id + " 审核记录的材料 " + document.blob.value +
                         " 不存在");
        }
      }
    }
    page.cursor = entities.next_cursor;
  } while (!page.cursor.empty());
  return named;
}

// A file that is not there was either deleted when its time was over, which is on record, or lost.
Result<void> check_blobs(ports::Store& store, ports::EvidenceLedger& ledger,
                         ports::BlobStore& blobs, Findings& findings) {
  std::int64_t checked = 0;
  XUNJIE_TRY(broken, blobs.verify_all(checked));
  for (const domain::BlobId& id : broken)
    findings.fault("文件 " + id.value + " 的内容与其摘要不符");
  XUNJIE_TRY(named, named_blobs(store, findings));
  std::int64_t expired = 0;
  for (const domain::BlobId& id : named.blobs) {
    if (blobs.size_of(id)) continue;
    XUNJIE_TRY(deleted, ledger.was_deleted(id));
    if (deleted)
      ++expired;
    else
      findings.fault("事件引用的文件 " + id.value + " 不存在，也没有到期删除的记录");
  }
  std::int64_t deletions = 0;
  XUNJIE_TRY(odd, ledger.check_deletions(deletions));
  for (const std::string& fault : odd) findings.fault(fault);
  XUNJIE_TRY(documents, check_documents(store, blobs, findings));
  findings.report["blobs"] = {{"stored", checked},      {"named_by_events", named.blobs.size()},
                              {"sealed", named.sealed}, {"documents", documents},
                              {"expired", expired},     {"deletions", deletions}};
  return {};
}

Result<Findings> run_checks(const cli::CheckArguments& arguments) {
  Findings findings;
  XUNJIE_TRY(store, store::open_sqlite_store(arguments.data, {.read_only = true}));
  XUNJIE_TRY_VOID(check_store(*store, findings));
  XUNJIE_TRY_VOID(check_projection(*store, findings));
  if (arguments.blobs) {
    XUNJIE_TRY(blobs, store::open_blob_store(arguments.data / "blobs"));
    const auto ledger = store::open_evidence_ledger(*store);
    XUNJIE_TRY_VOID(check_blobs(*store, *ledger, *blobs, findings));
  }
  return findings;
}

}  // namespace

int check(const cli::CheckArguments& arguments) {
  auto findings = run_checks(arguments);
  if (!findings) return complain(findings.error());
  json::object report;
  const bool sound = findings->faults.empty();
  report["sound"] = sound;
  for (auto& member : findings->report) report[member.key()] = member.value();
  report["faults"] = findings->faults;
  std::cout << json::serialize(report) << '\n';
  return sound ? 0 : 1;
}

}  // namespace xunjie::server
