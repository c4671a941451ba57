// A whole picture looked through by a detector made for parts of it: the parts, and their boxes put
// together again.
#pragma once

#include <vector>

#include "ports/detector.h"
#include "watch/vehicle/observation.h"

namespace xunjie::watch::vehicle {

// Upright strips as wide as the picture is high, overlapping by a third and more, so that a thing
// cut by one strip's edge is whole in the next. At most 8, for however wide a picture.
std::vector<domain::PictureBox> parts_of(double aspect);

// The boxes of all parts as one list: of boxes of one class that cover each other the surest stays,
// those that violate or must not be walked past keep the class's name, the others are left out.
std::vector<Detection> put_together(const ports::DetectorInfo& info,
                                    std::vector<ports::Detection> boxes);

}  // namespace xunjie::watch::vehicle
