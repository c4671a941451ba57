// What must be remembered about pictures and clips beside the cases' own log: which case uses which
// (an index over the log), copies made of them, who looked at them, and what was deleted.
//
// Nothing here is written in a case's transaction: the index follows the log by position and can be
// built anew from it. Thread-safe; methods block. Errors of all: unavailable, full.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "ports/store.h"

namespace xunjie::ports {

// One reading of a picture or clip (公共安全视频图像信息系统管理条例: reason, content, unit, name).
struct AccessRecord {
  std::int64_t position = 0;  // rising; given by the ledger
  UtcMicros at;               // of the first, when `times` > 1
  std::string user, name, role, unit;
  std::string what;  // picture, thumbnail, clip, original, original_clip, camera_picture, upload
  domain::BlobId blob;
  domain::CaseId case_id;
  domain::CameraId camera;
  std::string reason;
  int times = 1;  // the same person looking again within seconds is one record
};

struct AccessFilter {
  std::string user, case_id, blob, what;  // empty: all
  std::optional<UtcMicros> from, until;
};

// A picture or clip named by an event.
struct BlobUse {
  domain::BlobId blob;
  domain::CaseId case_id;
};

// A case that has or had pictures; ended_at as far as the index has read.
struct CaseUse {
  domain::CaseId case_id;
  std::optional<UtcMicros> ended_at;
};

struct IndexStep {
  std::int64_t upto = 0;  // position of the last event read
  std::vector<BlobUse> uses;
  std::vector<CaseUse> cases;  // the newest state of each case touched
};

// One deletion: decided and written down first, carried out after, then marked done. The records
// form a hash chain of their own.
struct Deletion {
  std::int64_t number = 0;  // 1, 2, 3 …
  UtcMicros at;
  std::string cause;       // case_ended, unreferenced
  domain::CaseId case_id;  // empty for unreferenced
  std::vector<domain::BlobId> blobs;
  std::string digest;  // hex SHA-256 over the sorted hashes
  std::int64_t count = 0, bytes = 0;
  std::optional<UtcMicros> done_at;
};

class EvidenceLedger {
 public:
  virtual ~EvidenceLedger() = default;

  // ---- who looked
  virtual Result<void> append_accesses(const std::vector<AccessRecord>& records) = 0;
  // Newest first.
  virtual Result<PageOf<AccessRecord>> list_accesses(const AccessFilter& filter,
                                                     const Page& page) = 0;
  // The oldest first, at most `limit`; returns how many went.
  virtual Result<int> erase_accesses(UtcMicros before, int limit) = 0;

  // ---- which case uses which
  virtual Result<std::int64_t> indexed_to() = 0;
  // Errors: version_conflict when `after` is not where the index ends.
  virtual Result<void> index(std::int64_t after, const IndexStep& step) = 0;
  // Cases with pictures, by the time of their end, from behind `after` on.
  virtual Result<std::vector<CaseUse>> cases_ended(UtcMicros before, const CaseUse& after,
                                                   int limit) = 0;
  virtual Result<std::vector<domain::BlobId>> blobs_of(const domain::CaseId& id) = 0;
  // Of `blobs`, those that a case other than `besides` uses, or that are copies of one in use.
  virtual Result<std::vector<domain::BlobId>> in_use(const std::vector<domain::BlobId>& blobs,
                                                     const domain::CaseId& besides) = 0;

  // ---- copies
  virtual Result<std::optional<domain::BlobId>> find_copy(const domain::BlobId& original,
                                                          const std::string& recipe) = 0;
  virtual Result<void> put_copy(const domain::BlobId& original, const std::string& recipe,
                                const domain::BlobId& copy) = 0;
  virtual Result<std::vector<domain::BlobId>> copies_of(
      const std::vector<domain::BlobId>& originals) = 0;

  // ---- deletions
  // Writes the record and forgets the uses of its case and the copies of its blobs. The returned
  // record has its number.
  virtual Result<Deletion> begin_deletion(Deletion deletion) = 0;
  virtual Result<void> finish_deletion(std::int64_t number, UtcMicros at) = 0;
  virtual Result<std::vector<Deletion>> unfinished_deletions() = 0;
  virtual Result<PageOf<Deletion>> list_deletions(const Page& page) = 0;  // newest first
  virtual Result<bool> was_deleted(const domain::BlobId& blob) = 0;
  // One line per record that does not fit the chain.
  virtual Result<std::vector<std::string>> check_deletions(std::int64_t& checked) = 0;
};

}  // namespace xunjie::ports
