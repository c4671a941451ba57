#include "watch/vehicle/picture_parts.h"

#include <algorithm>
#include <cmath>

namespace xunjie::watch::vehicle {
namespace {

constexpr double kStep = 0.65;      // of a strip's width
constexpr double kSameShare = 0.6;  // of the smaller box
constexpr int kMostParts = 8;

double shared(const domain::PictureBox& a, const domain::PictureBox& b) {
  const double w = std::min(a.x + a.w, b.x + b.w) - std::max(a.x, b.x);
  const double h = std::min(a.y + a.h, b.y + b.h) - std::max(a.y, b.y);
  if (w <= 0 || h <= 0) return 0;
  const double least = std::min(a.w * a.h, b.w * b.h);
  return least > 0 ? w * h / least : 0;
}

}  // namespace

std::vector<domain::PictureBox> parts_of(double aspect) {
  const double width = 1 / std::max(aspect, 1.0);
  if (width > 0.98) return {{0, 0, 1, 1}};
  const int steps =
      std::clamp(static_cast<int>(std::ceil((1 - width) / (width * kStep))), 1, kMostParts - 1);
  std::vector<domain::PictureBox> out;
  for (int i = 0; i <= steps; ++i) out.push_back({(1 - width) * i / steps, 0, width, 1});
  return out;
}

std::vector<Detection> put_together(const ports::DetectorInfo& info,
                                    std::vector<ports::Detection> boxes) {
  std::stable_sort(boxes.begin(), boxes.end(),
                   [](const auto& a, const auto& b) { return a.score > b.score; });
  std::vector<ports::Detection> kept;
  for (const auto& box : boxes) {
    if (kept.size() >= kMaxDetections) break;
    if (box.kind >= info.classes.size()) continue;
    if (info.classes[box.kind].meaning == ports::ClassMeaning::unmapped) continue;
    const bool again = std::any_of(kept.begin(), kept.end(), [&](const auto& other) {
      return other.kind == box.kind && shared(other.box, box.box) > kSameShare;
    });
    if (!again) kept.push_back(box);
  }
  std::vector<Detection> out;
  for (const auto& box : kept) out.push_back({box.box, info.classes[box.kind].name, box.score, {}});
  return out;
}

}  // namespace xunjie::watch::vehicle
