// The cases that changed last, folded, so that the next command need not read and decode what was
// written a moment ago.
//
// Only ever a guess: a commit names the version it was decided on, so a stale case cannot get
// through, and a refusal must be given on the stored case, never on a remembered one. Ended cases
// are not kept.
//
// Bound: `cases_max`; the one not touched for longest goes. Thread-safe.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>

#include "domain/case.h"

namespace xunjie::app {

class CaseCache {
 public:
  explicit CaseCache(std::size_t cases_max) : cases_max_(cases_max) {}

  [[nodiscard]] std::optional<domain::Case> find(const domain::CaseId& id);
  // Takes the newer of what is kept and `current`.
  void keep(const domain::Case& current);
  void drop(const domain::CaseId& id);

 private:
  using Newest = std::list<domain::Case>;

  const std::size_t cases_max_;
  std::mutex mutex_;
  Newest newest_;                                     // guarded by mutex_; touched last comes first
  std::map<domain::CaseId, Newest::iterator> by_id_;  // guarded by mutex_
};

}  // namespace xunjie::app
