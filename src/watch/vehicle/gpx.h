// GPX 1.1 (and 1.0) tracks into fixes. Every <trkpt> with a time counts; a new <trkseg> is a break.
//
// Bounds: 64 MiB of text, 500,000 points, nesting of 32. A document type declaration is refused, so
// there are no entities, internal or external, and nothing is ever fetched. <speed> and <course>
// (GPX 1.0, or inside <extensions> under any prefix) and <hdop> are used where they are.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "watch/vehicle/fix.h"

namespace xunjie::watch::vehicle {

struct GpxTrack {
  std::vector<Fix> fixes;  // in the order of the file
  std::uint64_t points = 0;
  std::uint64_t bad = 0;  // points without a usable time or position
};

// Errors: invalid_argument (not GPX, not well-formed with the line, a DOCTYPE, no track point),
// too_large.
Result<GpxTrack> gpx_from_text(std::string_view text);

}  // namespace xunjie::watch::vehicle
