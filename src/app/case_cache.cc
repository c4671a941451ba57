#include "app/case_cache.h"

namespace xunjie::app {

std::optional<domain::Case> CaseCache::find(const domain::CaseId& id) {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  newest_.splice(newest_.begin(), newest_, found->second);
  return newest_.front();
}

void CaseCache::keep(const domain::Case& current) {
  if (domain::is_end(current.state)) return drop(current.id);
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(current.id);
  if (found != by_id_.end()) {
    newest_.splice(newest_.begin(), newest_, found->second);
    if (newest_.front().version < current.version) newest_.front() = current;
    return;
  }
  newest_.push_front(current);
  by_id_.emplace(current.id, newest_.begin());
  if (newest_.size() <= cases_max_) return;
  by_id_.erase(newest_.back().id);
  newest_.pop_back();
}

void CaseCache::drop(const domain::CaseId& id) {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  newest_.erase(found->second);
  by_id_.erase(found);
}

}  // namespace xunjie::app
