#include <cmath>

#include "watch/detect/heads.h"

namespace xunjie::watch {
namespace {

struct Best {
  std::size_t kind = 0;
  float score = 0;
};

// The best of `classes` scores that lie `step` apart; scores that are not numbers never win.
Best best_class(const float* scores, std::size_t classes, std::size_t step) {
  Best best;
  for (std::size_t c = 0; c < classes; ++c) {
    if (scores[c * step] > best.score) best = {c, scores[c * step]};
  }
  return best;
}

void add(const HeadPlan& plan, float cx, float cy, float w, float h, float score, std::size_t kind,
         std::vector<RawBox>& out) {
  if (!(static_cast<double>(score) >= plan.score)) return;
  out.push_back({cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2, score, kind});
}

}  // namespace

std::size_t grid_places(int width, int height) {
  std::size_t places = 0;
  for (const int stride : {8, 16, 32})
    places += static_cast<std::size_t>(width / stride) * static_cast<std::size_t>(height / stride);
  return places;
}

void decode_yolox(const HeadPlan& plan, std::span<const float> rows, std::vector<RawBox>& out) {
  const std::size_t width = 5 + plan.classes;
  const float* row = rows.data();
  for (const int stride : {8, 16, 32}) {
    const auto s = static_cast<float>(stride);
    for (int y = 0; y < plan.height / stride; ++y) {
      for (int x = 0; x < plan.width / stride; ++x, row += width) {
        const Best best = best_class(row + 5, plan.classes, 1);
        add(plan, (row[0] + static_cast<float>(x)) * s, (row[1] + static_cast<float>(y)) * s,
            std::exp(row[2]) * s, std::exp(row[3]) * s, row[4] * best.score, best.kind, out);
      }
    }
  }
}

void decode_yolov5(const HeadPlan& plan, std::span<const float> rows, std::vector<RawBox>& out) {
  const std::size_t width = 5 + plan.classes;
  for (std::size_t at = 0; at + width <= rows.size(); at += width) {
    const float* row = rows.data() + at;
    const Best best = best_class(row + 5, plan.classes, 1);
    add(plan, row[0], row[1], row[2], row[3], row[4] * best.score, best.kind, out);
  }
}

void decode_yolov8(const HeadPlan& plan, std::span<const float> columns, std::vector<RawBox>& out) {
  const std::size_t places = columns.size() / (4 + plan.classes);
  for (std::size_t p = 0; p < places; ++p) {
    const float* at = columns.data() + p;
    const Best best = best_class(at + 4 * places, plan.classes, places);
    add(plan, at[0], at[places], at[2 * places], at[3 * places], best.score, best.kind, out);
  }
}

}  // namespace xunjie::watch
