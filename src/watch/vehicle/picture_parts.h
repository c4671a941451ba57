// A whole picture looked through by a detector made for parts of it: the parts, and their boxes put
// together again.
#pragma once

#include <optional>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "ports/detector.h"
#include "watch/vehicle/observation.h"

namespace xunjie::watch::vehicle {

// Tiles in which a crate across the street is large enough for the model's input, overlapping by a
// third and more, and last the whole picture, for what is too near to be whole in a tile. At most
// 12, for however wide a picture. `aspect` is the picture's width over its height.
std::vector<domain::PictureBox> parts_of(double aspect, const ports::DetectorInfo& info);

// The boxes of all parts (one list a part) as one list. A box that a part's edge cut is left out:
// its foot, and so its place, would be wrong, and another part has it whole. Of boxes of one class
// that cover each other the surest stays; those that violate or must not be walked past keep the
// class's name, the others are left out.
std::vector<Detection> put_together(const ports::DetectorInfo& info,
                                    const std::vector<domain::PictureBox>& parts,
                                    const std::vector<std::vector<ports::Detection>>& boxes);

// Both, asking at once and blocking. nullopt: the detector failed, nobody looked at the picture.
std::optional<std::vector<Detection>> look_through(ports::Detector& detector, const cv::Mat& bgr);

}  // namespace xunjie::watch::vehicle
