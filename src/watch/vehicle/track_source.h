// The car's track from where it is kept: an NMEA or GPX file (told apart by its first byte that is
// no blank), or an NMEA stream over tcp:// read until its sender ends it.
//
// Bounds: 64 MiB of text and 500,000 fixes; a stream may be silent for `silence` at most. Blocking;
// a tcp:// source ends within about 100 ms of `stop` becoming true.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "base/result.h"
#include "watch/vehicle/nmea.h"

namespace xunjie::watch::vehicle {

struct TrackText {
  std::vector<Fix> fixes;
  NmeaCounts nmea;               // of an NMEA source
  std::uint64_t bad_points = 0;  // of a GPX file
};

struct TrackSourceOptions {
  Micros connect = seconds(5);
  Micros silence = seconds(15);
};

// Errors, field "track.source": not_found, too_large, invalid_argument (neither format, no fix in
// it, not tcp://HOST:PORT), unavailable (cannot connect), timeout (silent).
Result<TrackText> read_track(const std::string& source, const TrackSourceOptions& options,
                             const std::atomic<bool>& stop);

}  // namespace xunjie::watch::vehicle
