// Which stills to keep, so that a finding can show what was there before, how it came, and now.
//
// Per zone: the last still that showed it quiet and was followed by another quiet one (a thing is
// known as one only when it was seen twice, so the very last quiet still may show it already), and
// the two around the moment when it stopped being quiet. Beside them a trail of looks, fine lately
// and ever coarser back to an hour. At most 12 + 3 per zone. Not thread-safe.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "watch/evidence.h"

namespace xunjie::watch {

class StillBook {
 public:
  explicit StillBook(std::size_t zones) : zones_(zones) {}
  // The next look; per zone: nothing but the street and passers-by.
  void add(const StillPtr& still, const std::vector<bool>& quiet_zones);

  // The last still of the quiet zone before `begun`, else the last one before it at all; nullptr:
  // none reaches back so far.
  [[nodiscard]] StillPtr before(std::size_t zone, UtcMicros begun) const;
  // The first still kept at or after `since`; nullptr: none.
  [[nodiscard]] StillPtr arrival(std::size_t zone, UtcMicros since) const;

  // What a zone busy now was like before: it has to outlive a restart. nullptr: the zone is quiet,
  // and will show its empty street again.
  [[nodiscard]] StillPtr to_keep(std::size_t zone) const;
  void set_before(std::size_t zone, StillPtr still) { zones_[zone].before = std::move(still); }

 private:
  struct Zone {
    StillPtr before;
    StillPtr quiet;  // the last quiet one, which may show the first of a thing
    StillPtr busy;   // the first one of a zone no longer quiet
    bool is_quiet = true;
  };
  void thin();

  std::vector<Zone> zones_;
  std::deque<StillPtr> trail_;
};

}  // namespace xunjie::watch
