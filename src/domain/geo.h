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

// Metres along the great circle on a sphere of 6 371 008.8 m (mean Earth radius, IUGG).
double distance_m(LonLat a, LonLat b);
// Degrees from north, clockwise, 0..360, of the way from `a` to `b`.
double bearing_deg(LonLat a, LonLat b);
// The smaller angle between two bearings, 0..180.
double angle_between_deg(double a, double b);

// WGS-84 ↔ GCJ-02, the shifted coordinates of Chinese map services. Outside the box 72.004-137.8347
// E, 0.8293-55.8271 N both are the identity. from_gcj02 inverts to better than a millimetre.
// (CGCS2000 is taken as WGS-84: they agree here to centimetres.)
LonLat to_gcj02(LonLat wgs84);
LonLat from_gcj02(LonLat gcj02);

}  // namespace xunjie::domain
