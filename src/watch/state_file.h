// A camera's memory on disk, so that a restart forgets nothing and raises nothing twice.
//
// One file per camera, versioned, written whole. Times are on the camera's time line; when the
// clock has gone back since, they are moved back with it.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "base/result.h"
#include "watch/evidence.h"
#include "watch/street.h"

namespace xunjie::watch {

struct CameraMemory {
  Street::Saved street;
  std::vector<domain::ZoneId> zones;  // by the indexes used in street.open
  std::vector<Still> before;          // per zone; without jpeg = none
  std::uint64_t last_item = 0;        // the last spool item this state knows of
};

Result<void> save_memory(const std::filesystem::path& path, const CameraMemory& memory);
// Errors: not_found, corrupt (damaged, or of another version).
Result<CameraMemory> load_memory(const std::filesystem::path& path, UtcMicros now);

}  // namespace xunjie::watch
