// The picture in which a thing was first seen standing, kept until a later pass makes it a finding.
//
// A finding whose dwell spans two passes is raised by the second; only this shows how it began. One
// file for each thing, written whole, with the hash taken when the picture was made. Bound: `bytes`
// on disk; the oldest go, and their findings show the pass that raised them only. Not thread-safe.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>

#include "watch/spool.h"
#include "watch/vehicle/known_things.h"

namespace xunjie::watch::vehicle {

class FirstSights {
 public:
  // Reads which are there. The folder is made when the first is put.
  FirstSights(std::filesystem::path folder, std::size_t bytes);

  // In place of what is there under this number. What the disk refuses is not kept, and logged.
  void put(ThingId thing, const SpoolItem::Picture& picture);
  // nullopt: none, or not readable any more.
  [[nodiscard]] std::optional<SpoolItem::Picture> get(ThingId thing) const;
  void forget(ThingId thing);
  void keep_only(const std::function<bool(ThingId)>& wanted);
  [[nodiscard]] std::size_t size() const { return sizes_.size(); }

 private:
  [[nodiscard]] std::filesystem::path path_of(ThingId thing) const;

  std::filesystem::path folder_;
  std::size_t limit_;
  std::map<ThingId, std::size_t> sizes_;  // numbers rise: the first is the oldest
  std::size_t bytes_ = 0;
};

}  // namespace xunjie::watch::vehicle
