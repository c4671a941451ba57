// Copies that may leave: found where one was made, else ordered and made behind, one at a time.
//
// Three lanes, so that none waits for a slower one: pictures of cases, the cameras' last pictures,
// clips. Each has one thread (run) and a bounded queue; a request for a picture waits a moment for
// its copy (at most kPatience, at most kWaitersMax requests at once), a request for a clip is told
// that it is being prepared. What cannot be copied is never shown instead. Thread-safe.
#pragma once

#include <array>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "domain/case.h"
#include "ports/blob_store.h"
#include "ports/evidence_ledger.h"
#include "ports/redactor.h"

namespace xunjie::app {

class CopyDesk {
 public:
  enum class Lane { pictures, camera_pictures, clips };
  struct Order {
    Lane lane = Lane::pictures;
    domain::BlobId original;
    std::optional<domain::PictureBox> box;
    bool thumbnail = false;
  };
  static constexpr Micros kPatience = seconds(3);
  static constexpr int kWaitersMax = 4;

  CopyDesk(ports::EvidenceLedger& ledger, ports::BlobStore& blobs, ports::Redactor& redactor);

  // The copy; nullopt: it is being prepared, ask again. Errors: unavailable (too many are), and
  // what the redactor says about this original.
  Result<std::optional<domain::BlobId>> find(const Order& order);
  // Makes it ahead of need; nothing happens when the queue is full.
  void prepare(const Order& order);

  // Makes the next copy of a lane; false: none waits.
  bool step(Lane lane);
  void run(Lane lane, const std::stop_token& stop);

 private:
  struct Queue {
    std::deque<std::pair<std::string, Order>> waiting;
  };
  Result<std::optional<domain::BlobId>> stored(const Order& order);
  Result<domain::BlobId> make(const Order& order);
  Result<domain::BlobId> make_full(const Order& order);
  bool enqueue(const std::string& key, const Order& order);  // with mutex_ held
  [[nodiscard]] std::string recipe_of(const Order& order) const;

  ports::EvidenceLedger& ledger_;
  ports::BlobStore& blobs_;
  ports::Redactor& redactor_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::array<Queue, 3> queues_;          // guarded by mutex_, like all below
  std::set<std::string> under_way_;      // waiting or being made
  std::map<std::string, Error> failed_;  // of late; bounded
  int waiters_ = 0;
};

}  // namespace xunjie::app
