// Who looked at which picture, clip or original (公共安全视频图像信息系统管理条例: reason, content,
// unit, name of every access).
//
// Readings of copies are noted in memory and written behind, a second later at most: a picture
// never waits for the log, and a crash loses at most that second. Readings of originals are written
// before the bytes are handed out. Thread-safe.
//
// Bounds: 4096 notes waiting; the same person looking at the same thing for the same reason within
// one batch is one record with a count. When full, further notes are counted, and the count is
// itself a record ("missed").
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "app/principal.h"
#include "base/result.h"
#include "ports/clock.h"
#include "ports/evidence_ledger.h"

namespace xunjie::app {

class AccessLog {
 public:
  AccessLog(ports::EvidenceLedger& ledger, const ports::Clock& clock);

  // Never blocks on the store. `at` is set here.
  void note(ports::AccessRecord record);
  // Durable when it returns. Errors: those of the ledger.
  Result<void> write(ports::AccessRecord record);
  // Writes what waits; what the store refuses waits on. Returns how many records went.
  int flush();
  // Flushes each second and at the end.
  void run(const std::stop_token& stop);

  // GET /access-log?user=&case=&blob=&what=&from=&until=&limit=&cursor=. Errors: forbidden (not an
  // auditor or administrator), invalid_argument (also for a span that ends before it begins).
  Result<std::string> list(const Principal& reader, const QueryParameters& parameters);
  // GET /deletions?limit=&cursor=; the same people.
  Result<std::string> deletions(const Principal& reader, const QueryParameters& parameters);

 private:
  ports::EvidenceLedger& ledger_;
  const ports::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<ports::AccessRecord> waiting_;   // guarded by mutex_, like the two below
  std::map<std::string, std::size_t> places_;  // of equal notes in waiting_
  int missed_ = 0;
};

// Who the principal is in a record.
ports::AccessRecord access_by(const Principal& reader);

}  // namespace xunjie::app
