#include "watch/detect/heads.h"

namespace xunjie::watch {

void decode_ssd(const HeadPlan& plan, std::span<const float> scores, std::span<const float> boxes,
                std::vector<RawBox>& out) {
  const auto w = static_cast<float>(plan.width), h = static_cast<float>(plan.height);
  const std::size_t width = plan.classes + 1;
  for (std::size_t p = 0; p * 4 + 4 <= boxes.size(); ++p) {
    const float* row = scores.data() + p * width + 1;  // behind the background
    const float* b = boxes.data() + p * 4;
    for (std::size_t c = 0; c < plan.classes; ++c) {
      if (!(static_cast<double>(row[c]) >= plan.score)) continue;
      out.push_back({b[0] * w, b[1] * h, b[2] * w, b[3] * h, row[c], c});
    }
  }
}

void decode_ssd_rows(const HeadPlan& plan, std::span<const float> rows, std::size_t image,
                     std::vector<RawBox>& out) {
  const auto w = static_cast<float>(plan.width), h = static_cast<float>(plan.height);
  for (std::size_t at = 0; at + 7 <= rows.size(); at += 7) {
    const float* r = rows.data() + at;
    if (r[0] < 0) return;  // the row that ends a list
    if (r[0] != static_cast<float>(image) || !(static_cast<double>(r[2]) >= plan.score)) continue;
    if (!(r[1] >= 1 && r[1] < static_cast<float>(plan.classes + 1))) continue;
    out.push_back(
        {r[3] * w, r[4] * h, r[5] * w, r[6] * h, r[2], static_cast<std::size_t>(r[1]) - 1});
  }
}

}  // namespace xunjie::watch
