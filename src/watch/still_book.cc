#include "watch/still_book.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace xunjie::watch {
namespace {

constexpr std::size_t kTrail = 12;
constexpr Micros kReach = hours(1);

}  // namespace

void StillBook::add(const StillPtr& still, const std::vector<bool>& quiet_zones) {
  for (std::size_t i = 0; i < std::min(zones_.size(), quiet_zones.size()); ++i) {
    Zone& zone = zones_[i];
    const bool was_quiet = std::exchange(zone.is_quiet, quiet_zones[i]);
    if (zone.is_quiet) {
      if (was_quiet && zone.quiet) zone.before = zone.quiet;
      zone.quiet = still;
    } else if (was_quiet) {
      zone.busy = still;
    }
  }
  trail_.push_back(still);
  if (trail_.size() > kTrail) thin();
}

// The one goes whose loss leaves the smallest gap for its age.
void StillBook::thin() {
  const UtcMicros now = trail_.back()->at;
  const auto gap_for_age = [&](std::size_t i) {
    const double gap = (trail_[i + 1]->at - trail_[i - 1]->at).seconds();
    return gap / std::max(1e-3, (now - trail_[i]->at).seconds());
  };
  std::size_t least = 1;
  for (std::size_t i = 2; i + 1 < trail_.size(); ++i) {
    if (gap_for_age(i) < gap_for_age(least)) least = i;
  }
  trail_.erase(trail_.begin() + static_cast<std::ptrdiff_t>(least));
  if (now - trail_.front()->at > kReach) trail_.pop_front();
}

StillPtr StillBook::before(std::size_t zone, UtcMicros begun) const {
  for (const StillPtr& still : {zones_[zone].quiet, zones_[zone].before}) {
    if (still && still->at < begun) return still;
  }
  const auto after = std::find_if(trail_.begin(), trail_.end(),
                                  [&](const StillPtr& still) { return still->at >= begun; });
  return after == trail_.begin() ? nullptr : *std::prev(after);
}

StillPtr StillBook::arrival(std::size_t zone, UtcMicros since) const {
  const auto after = std::find_if(trail_.begin(), trail_.end(),
                                  [&](const StillPtr& still) { return still->at >= since; });
  StillPtr first = after == trail_.end() ? nullptr : *after;
  for (const StillPtr& still : {zones_[zone].quiet, zones_[zone].busy}) {
    if (still && still->at >= since && (!first || still->at < first->at)) first = still;
  }
  return first;
}

StillPtr StillBook::to_keep(std::size_t zone) const {
  return zones_[zone].is_quiet ? nullptr : zones_[zone].before;
}

}  // namespace xunjie::watch
