// What a car's camera knows of the streets, on disk, so that a restart forgets nothing and raises
// nothing twice: the things it knows, its open findings, and the places of those lately cleared.
//
// One file per camera, versioned, written whole (bytes.h). The pass under way is not in it: what it
// saw is seen again.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"
#include "watch/vehicle/drive.h"

namespace xunjie::watch::vehicle {

struct DriveMemory {
  domain::LonLat origin;  // of the plane all places are in
  std::vector<KnownThing> things;
  std::vector<OpenDriveFinding> open;
  std::vector<GoneDriveFinding> gone;
  std::uint64_t last_item = 0;  // the last spool item this state knows of
};

Result<void> save_drive(const std::filesystem::path& path, const DriveMemory& memory);
// Times later than `now` are moved back together. Errors: not_found, corrupt (damaged, of another
// version, or more than a drive may know).
Result<DriveMemory> load_drive(const std::filesystem::path& path, UtcMicros now,
                               const DriveOptions& limits);

}  // namespace xunjie::watch::vehicle
