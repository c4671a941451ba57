// Deletes pictures and clips when their time is over, and never before
// (公共安全视频图像信息系统管理 条例: at least 30 days, then what is not needed goes). How long is
// dated policy: data/policy.json.
//
// A case's pictures go when it has ended, its time is over, and nothing still needs them: no
// objection pending, no penalty or transfer within its longer time, the case it was merged into
// gone as well, no open case at the same place and of the same kind that could point back to it.
// What another case uses stays for that one. Files no event names (cameras' last pictures, unused
// uploads, old copies) go after hours, uploads after days.
//
// A deletion is written down first (ports::EvidenceLedger, chained), then carried out, then marked
// done; a crash in between is made up for at the next start. step() does one bounded round and may
// be called again for ever; one thread at a time.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <stop_token>

#include "app/reference_data.h"
#include "ports/blob_store.h"
#include "ports/clock.h"
#include "ports/evidence_ledger.h"
#include "ports/store.h"

namespace xunjie::app {

class CameraHealthBook;
class Registry;

class Retention {
 public:
  // Files beside the cases' that are in use: device reviews' documents, last pictures on screen.
  using InUse = std::function<std::set<domain::BlobId>()>;

  Retention(ports::Store& store, ports::EvidenceLedger& ledger, ports::BlobStore& blobs,
            const ports::Clock& clock, const ReferenceData& reference, InUse in_use);

  // True: there is more to do at once.
  bool step(UtcMicros now);
  void run(const std::stop_token& stop);

 private:
  Result<bool> index();  // true: at the end of the log
  Result<void> finish_begun(UtcMicros now);
  Result<bool> expire_cases(const RetentionRule& rule, UtcMicros now);
  Result<bool> may_expire(const domain::CaseId& id, const RetentionRule& rule, UtcMicros now);
  Result<void> expire(const domain::CaseId& id, UtcMicros now);
  Result<void> sweep(const RetentionRule& rule, UtcMicros now);
  Result<bool> is_unneeded(const domain::BlobId& blob, UtcMicros now);
  Result<void> carry_out(const ports::Deletion& deletion, UtcMicros now);

  ports::Store& store_;
  ports::EvidenceLedger& ledger_;
  ports::BlobStore& blobs_;
  const ports::Clock& clock_;
  const ReferenceData& reference_;
  const InUse in_use_;
  ports::CaseUse after_;  // how far through the ended cases
  UtcMicros passed_at_;   // through all of them
  int prefix_ = 0;        // of the next sweep, 0..255
};

// The cameras' last pictures and the documents of their device reviews.
std::set<domain::BlobId> files_beside_cases(const CameraHealthBook& health,
                                            const Registry& registry);

}  // namespace xunjie::app
