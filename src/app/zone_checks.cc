#include "app/zone_checks.h"

#include <string>

namespace xunjie::app {
namespace {

using domain::PicturePoint;
using domain::PicturePolygon;

double cross(PicturePoint o, PicturePoint a, PicturePoint b) {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

// Edges that cut through each other; touching is no overlap.
bool cut(PicturePoint a, PicturePoint b, PicturePoint c, PicturePoint d) {
  constexpr double kTouch = 1e-9;
  const double d1 = cross(c, d, a), d2 = cross(c, d, b), d3 = cross(a, b, c), d4 = cross(a, b, d);
  return ((d1 > kTouch && d2 < -kTouch) || (d1 < -kTouch && d2 > kTouch)) &&
         ((d3 > kTouch && d4 < -kTouch) || (d3 < -kTouch && d4 > kTouch));
}

bool inside(PicturePoint p, const PicturePolygon& polygon) {
  bool in = false;
  for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
    const auto &a = polygon[i], &b = polygon[j];
    if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) in = !in;
  }
  return in;
}

// A point that is surely inside: halfway along the first ray of the scan at mid height.
PicturePoint inner_point(const PicturePolygon& polygon) {
  constexpr int kSteps = 64;
  double top = 1, bottom = 0, left = 1, right = 0;
  for (const auto& p : polygon) {
    top = std::min(top, p.y), bottom = std::max(bottom, p.y);
    left = std::min(left, p.x), right = std::max(right, p.x);
  }
  for (int row = 1; row < kSteps; ++row) {
    for (int column = 1; column < kSteps; ++column) {
      const PicturePoint p{left + (right - left) * column / kSteps,
                           top + (bottom - top) * row / kSteps};
      if (inside(p, polygon)) return p;
    }
  }
  return polygon.front();
}

bool edges_cut(const PicturePolygon& a, const PicturePolygon& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      if (cut(a[i], a[(i + 1) % a.size()], b[j], b[(j + 1) % b.size()])) return true;
    }
  }
  return false;
}

// Whether all of `inner` lies in `outer`.
bool covers(const PicturePolygon& outer, const PicturePolygon& inner) {
  return !edges_cut(outer, inner) && inside(inner_point(inner), outer) &&
         !inside(inner_point(outer), inner);
}

Error wrong(std::size_t zone, const std::string& what) {
  const std::string field = "zones[" + std::to_string(zone) + "].polygon";
  return make_error(ErrorCode::invalid_argument, field + "：" + what, field);
}

}  // namespace

bool overlap(const PicturePolygon& a, const PicturePolygon& b) {
  return edges_cut(a, b) || inside(inner_point(a), b) || inside(inner_point(b), a);
}

Result<void> check_zones(const std::vector<ports::Zone>& zones) {
  using K = ports::ZoneKind;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    if (zones[i].kind != K::privacy_mask) continue;
    for (std::size_t j = 0; j < zones.size(); ++j) {
      const bool mask = zones[j].kind == K::privacy_mask;
      if (mask && j > i && overlap(zones[i].polygon, zones[j].polygon))
        return wrong(j, "与隐私遮挡 “" + zones[i].id.value + "” 重叠，请并成一块");
      if (!mask && covers(zones[i].polygon, zones[j].polygon))
        return wrong(j, "整个落在隐私遮挡 “" + zones[i].id.value + "” 之下，永远看不见");
    }
  }
  return {};
}

}  // namespace xunjie::app
