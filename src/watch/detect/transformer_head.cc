#include <cmath>

#include "watch/detect/heads.h"

namespace xunjie::watch {

// RT-DETR and D-FINE score each class of each query by itself; a query tells its best one.
void decode_rtdetr(const HeadPlan& plan, std::span<const float> logits,
                   std::span<const float> boxes, std::vector<RawBox>& out) {
  const auto w = static_cast<float>(plan.width), h = static_cast<float>(plan.height);
  for (std::size_t q = 0; q * 4 + 4 <= boxes.size(); ++q) {
    const float* row = logits.data() + q * plan.classes;
    std::size_t kind = 0;
    for (std::size_t c = 1; c < plan.classes; ++c) {
      if (row[c] > row[kind]) kind = c;
    }
    const float score = 1.0F / (1.0F + std::exp(-row[kind]));
    if (!(static_cast<double>(score) >= plan.score)) continue;
    const float* b = boxes.data() + q * 4;
    out.push_back({(b[0] - b[2] / 2) * w, (b[1] - b[3] / 2) * h, (b[0] + b[2] / 2) * w,
                   (b[1] + b[3] / 2) * h, score, kind});
  }
}

void decode_rtdetr_labelled(const HeadPlan& plan, std::span<const float> labels,
                            std::span<const float> boxes, std::span<const float> scores,
                            std::vector<RawBox>& out) {
  for (std::size_t q = 0; q < scores.size(); ++q) {
    const float label = labels[q];
    if (!(static_cast<double>(scores[q]) >= plan.score)) continue;
    if (!(label >= 0 && label < static_cast<float>(plan.classes))) continue;
    const float* b = boxes.data() + q * 4;
    out.push_back({b[0], b[1], b[2], b[3], scores[q], static_cast<std::size_t>(label)});
  }
}

}  // namespace xunjie::watch
