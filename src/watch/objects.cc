#include "watch/objects.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "watch/street.h"

namespace xunjie::watch {
namespace {

// Of the street's pattern, from which it shows. On the clips of tests/accuracy things leave 0 to
// 0.3, and up to 0.5 where the street shows through them; light leaves 0.65 to 0.95.
constexpr double kPatternShows = 0.55;

// Looks that show the same, after which it is not just passing.
constexpr int kStands = 3;

template <typename Test>
cv::Mat cells_where(const SceneMemory& memory, Test test) {
  const GridSize grid = memory.grid();
  cv::Mat out(grid.height, grid.width, CV_8U);
  for (int y = 0; y < grid.height; ++y) {
    for (int x = 0; x < grid.width; ++x) {
      out.at<std::uint8_t>(y, x) = test(memory.cell(x, y)) ? 255 : 0;
    }
  }
  return out;
}

// Sets `begun` and `since`. A few cells may have been restless long before the thing came: they
// count for neither.
void find_arrival(Standing& object, const SceneMemory& memory) {
  std::vector<UtcMicros> since;
  for (int y = 0; y < object.cells.rows; ++y) {
    for (int x = 0; x < object.cells.cols; ++x) {
      if (object.cells.at<std::uint8_t>(y, x) == 0 || memory.cell(x, y).same == 0) continue;
      since.push_back(memory.cell(x, y).since);
    }
  }
  if (since.empty()) return;
  const auto of_all = [&](std::size_t part) {
    const auto at = since.begin() + static_cast<std::ptrdiff_t>(part);
    std::nth_element(since.begin(), at, since.end());
    return *at;
  };
  object.since = of_all(since.size() * 2 / 3);
  object.begun = of_all(since.size() / 10);
}

// Somewhere at least 3×3 cells: a thing. Tapes, wires and the rims of shadows have none.
bool has_core(const cv::Mat& cells) {
  cv::Mat core;
  cv::erode(cells, core, cv::Mat::ones(3, 3, CV_8U));
  return cv::countNonZero(core) > 0;
}

cv::Mat edges_of(const cv::Mat& luma) {
  cv::Mat x, y, out;
  cv::Sobel(luma, x, CV_32F, 1, 0);
  cv::Sobel(luma, y, CV_32F, 0, 1);
  cv::magnitude(x, y, out);
  return out;
}

// Masks over the pixels around an object's outline.
struct Rims {
  cv::Mat both, inside, outside;
};

Rims rims_of(const cv::Mat& cells, cv::Size size) {
  cv::Mat pixels, outer, inner;
  cv::resize(cells, pixels, size, 0, 0, cv::INTER_NEAREST);
  cv::morphologyEx(pixels, pixels, cv::MORPH_CLOSE, cv::Mat::ones(13, 13, CV_8U));
  cv::dilate(pixels, outer, cv::Mat::ones(7, 7, CV_8U));
  cv::erode(pixels, inner, cv::Mat::ones(9, 9, CV_8U));
  return {outer & ~inner, pixels, outer & ~pixels};
}

}  // namespace

cv::Mat standing_cells(const SceneMemory& memory) {
  return cells_where(memory, [](const Cell& cell) { return cell.same > 0; });
}

cv::Mat seen_twice_cells(const SceneMemory& memory) {
  return cells_where(memory, [](const Cell& cell) { return cell.same >= 2; });
}

cv::Mat going_cells(const SceneMemory& memory) {
  // What has stood before it for some looks will not go at any moment.
  return cells_where(memory, [](const Cell& cell) {
    return cell.same > 0 && cell.seen != Seen::standing && cell.challenger < kStands;
  });
}

cv::Mat established_cells(const SceneMemory& memory) {
  return cells_where(memory,
                     [](const Cell& cell) { return cell.same >= 2 && cell.same >= cell.missed; });
}

cv::Mat seen_cells(const SceneMemory& memory, Seen seen) {
  return cells_where(memory, [seen](const Cell& cell) { return cell.seen == seen; });
}

std::vector<Standing> objects_in(const cv::Mat& cells, const SceneMemory& memory, int min_cells) {
  cv::Mat closed, labels, stats, centres;
  cv::morphologyEx(cells, closed, cv::MORPH_CLOSE, cv::Mat::ones(3, 3, CV_8U));
  const int n = cv::connectedComponentsWithStats(closed, labels, stats, centres, 8, CV_32S);
  std::vector<Standing> out;
  for (int i = 1; i < n; ++i) {
    Standing object;
    object.cells = (labels == i) & cells;
    object.area = cv::countNonZero(object.cells);
    if (object.area < min_cells || !has_core(object.cells)) continue;
    object.box = {stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                  stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT)};
    find_arrival(object, memory);
    out.push_back(std::move(object));
  }
  return out;
}

ObjectFacts facts_of(const Standing& object, const SceneMemory& memory) {
  ObjectFacts facts;
  const double area = std::max(1, object.area);
  facts.visible = cv::countNonZero(seen_cells(memory, Seen::standing) & object.cells) / area;
  cv::Mat hard = (memory.changed_hard() >= 1) & object.cells;
  facts.hard = cv::countNonZero(hard) / area;
  const cv::Mat differs = standing_cells(memory)(object.box);
  facts.solid = area / std::max(area, static_cast<double>(cv::countNonZero(differs)));
  return facts;
}

bool is_ghost(const Standing& object, const SceneMemory& memory) {
  const cv::Mat street = memory.street_luma();
  const cv::Mat present = memory.street_with(object.cells);
  const Rims rims = rims_of(object.cells, street.size());
  const double edge_then = cv::mean(edges_of(street), rims.both)[0];
  const double edge_now = cv::mean(edges_of(present), rims.both)[0];
  if (edge_then > 1.25 * edge_now + 2) return true;
  if (edge_then < edge_now) return false;
  // The rims do not tell: what is more like its surroundings is the street.
  const auto contrast = [&](const cv::Mat& luma) {
    return std::abs(cv::mean(luma, rims.inside)[0] - cv::mean(luma, rims.outside)[0]);
  };
  return contrast(street) > contrast(present);
}

bool is_light(const Standing& object, const SceneMemory& memory, const Look& look) {
  return memory.pattern_kept(object.cells, look) >= kPatternShows;
}

}  // namespace xunjie::watch
