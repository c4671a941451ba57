// What the zones of one camera must be to each other. (Each alone is checked by ports::validate.)
#pragma once

#include <vector>

#include "base/result.h"
#include "ports/watching.h"

namespace xunjie::app {

// Errors: invalid_argument with the path of the zone at fault, "zones[2].polygon": two privacy
// masks that overlap (what belongs together is one mask), a judged zone that lies under a mask
// (nothing of it is ever seen).
Result<void> check_zones(const std::vector<ports::Zone>& zones);

// Whether two polygons have more than a border in common.
bool overlap(const domain::PicturePolygon& a, const domain::PicturePolygon& b);

}  // namespace xunjie::app
