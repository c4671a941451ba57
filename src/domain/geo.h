// Places: WGS-84 on the ground, 0..1 in the picture.
#pragma once

#include <vector>

namespace xunjie::domain {

struct LonLat {  // degrees, WGS-84
  double lon = 0;
  double lat = 0;
  friend bool operator==(const LonLat&, const LonLat&) = default;
};

struct PicturePoint {  // 0..1 of width and height, origin top left
  double x = 0;
  double y = 0;
  friend bool operator==(const PicturePoint&, const PicturePoint&) = default;
};

struct PictureBox {  // 0..1; x, y is the top left corner
  double x = 0, y = 0, w = 0, h = 0;
  friend bool operator==(const PictureBox&, const PictureBox&) = default;
};

using PicturePolygon = std::vector<PicturePoint>;

}  // namespace xunjie::domain
