#include "watch/objects.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "watch/street.h"

namespace xunjie::watch {
namespace {

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

UtcMicros rest_since(const cv::Mat& cells, const SceneMemory& memory) {
  std::vector<UtcMicros> since;
  for (int y = 0; y < cells.rows; ++y) {
    for (int x = 0; x < cells.cols; ++x) {
      if (cells.at<std::uint8_t>(y, x) == 0 || memory.cell(x, y).same == 0) continue;
      since.push_back(memory.cell(x, y).since);
    }
  }
  if (since.empty()) return {};
  const auto at = since.begin() + static_cast<std::ptrdiff_t>(since.size() * 2 / 3);
  std::nth_element(since.begin(), at, since.end());
  return *at;
}

cv::Mat edges_of(const cv::Mat& luma) {
  cv::Mat x, y, out;
  cv::Sobel(luma, x, CV_32F, 1, 0);
  cv::Sobel(luma, y, CV_32F, 0, 1);
  cv::magnitude(x, y, out);
  return out;
}

}  // namespace

cv::Mat standing_cells(const SceneMemory& memory) {
  return cells_where(memory, [](const Cell& cell) { return cell.same > 0; });
}

cv::Mat established_cells(const SceneMemory& memory) {
  return cells_where(memory, [](const Cell& cell) { return cell.same >= 2 && cell.same >= cell.missed; });
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
    if (object.area < min_cells) continue;
    object.box = {stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                  stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT)};
    object.since = rest_since(object.cells, memory);
    out.push_back(std::move(object));
  }
  return out;
}

ObjectFacts facts_of(const Standing& object, const SceneMemory& memory, const Windows& now) {
  static_cast<void>(now);
  ObjectFacts facts;
  const double area = std::max(1, object.area);
  facts.visible = cv::countNonZero(seen_cells(memory, Seen::standing) & object.cells) / area;
  cv::Mat hard = (memory.changed_hard() >= 1) & object.cells;
  facts.hard = cv::countNonZero(hard) / area;
  const cv::Mat differs = standing_cells(memory)(object.box);
  facts.solid = area / std::max(area, static_cast<double>(cv::countNonZero(differs)));
  return facts;
}

bool is_ghost(const Standing& object, const cv::Mat& street, const cv::Mat& now) {
  cv::Mat pixels, outer, inner;
  cv::resize(object.cells, pixels, now.size(), 0, 0, cv::INTER_NEAREST);
  cv::morphologyEx(pixels, pixels, cv::MORPH_CLOSE, cv::Mat::ones(13, 13, CV_8U));
  cv::dilate(pixels, outer, cv::Mat::ones(7, 7, CV_8U));
  cv::erode(pixels, inner, cv::Mat::ones(9, 9, CV_8U));
  const cv::Mat rim = outer & ~inner;
  const double remembered = cv::mean(edges_of(street), rim)[0];
  const double present = cv::mean(edges_of(now), rim)[0];
  return remembered > 1.2 * present + 4;
}

}  // namespace xunjie::watch
