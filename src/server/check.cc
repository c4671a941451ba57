// `xunjie check`: everything that can be proved about a data folder without changing it.
#include <iostream>
#include <set>
#include <string>

#include <boost/json.hpp>

#include "app/codec.h"
#include "app/rebuild.h"
#include "server/core.h"
#include "server/data_commands.h"
#include "store/open.h"

namespace xunjie::server {
namespace {

namespace json = boost::json;

constexpr int kPage = 500;
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

void note_pictures(const std::vector<domain::Picture>& pictures, std::set<domain::BlobId>& named) {
  for (const domain::Picture& picture : pictures) {
    named.insert(picture.original);
    if (picture.marked) named.insert(*picture.marked);
  }
}

// Every picture and clip an event names, so that evidence cannot have gone missing unnoticed.
Result<std::set<domain::BlobId>> named_blobs(ports::Store& store) {
  std::set<domain::BlobId> named;
  std::int64_t position = 0;
  while (true) {
    XUNJIE_TRY(events, store.events_after(position, kPage));
    if (events.empty()) return named;
    for (const ports::StoredEvent& stored : events) {
      XUNJIE_TRY(event, app::decode_event(stored.payload));
      note_pictures(event.facts.pictures, named);
      if (event.facts.clip) named.insert(*event.facts.clip);
      if (!event.sighting) continue;
      note_pictures(event.sighting->pictures, named);
      if (event.sighting->clip) named.insert(*event.sighting->clip);
    }
    position = events.back().position;
  }
}

Result<void> check_blobs(ports::Store& store, ports::BlobStore& blobs, Findings& findings) {
  std::int64_t checked = 0;
  XUNJIE_TRY(broken, blobs.verify_all(checked));
  for (const domain::BlobId& id : broken)
    findings.fault("文件 " + id.value + " 的内容与其摘要不符");
  XUNJIE_TRY(named, named_blobs(store));
  for (const domain::BlobId& id : named) {
    if (!blobs.size_of(id)) findings.fault("事件引用的文件 " + id.value + " 不存在");
  }
  findings.report["blobs"] = {{"stored", checked}, {"named_by_events", named.size()}};
  return {};
}

Result<Findings> run_checks(const cli::CheckArguments& arguments) {
  Findings findings;
  XUNJIE_TRY(store, store::open_sqlite_store(arguments.data, {.read_only = true}));
  XUNJIE_TRY_VOID(check_store(*store, findings));
  XUNJIE_TRY_VOID(check_projection(*store, findings));
  if (arguments.blobs) {
    XUNJIE_TRY(blobs, store::open_blob_store(arguments.data / "blobs"));
    XUNJIE_TRY_VOID(check_blobs(*store, *blobs, findings));
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
