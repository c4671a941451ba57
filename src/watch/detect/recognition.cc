#include "watch/detect/recognition.h"

#include <algorithm>
#include <bitset>

namespace xunjie::watch {
namespace {

constexpr double kCovers = 1.0 / 3;
constexpr double kLiesIn = 2.0 / 3;
constexpr double kLeastPart = 0.1;
constexpr double kHides = 0.5;
constexpr int kRaster = 24;  // of the candidate, to add up what several boxes cover

double common(const domain::PictureBox& a, const domain::PictureBox& b) {
  const double w = std::min(a.x + a.w, b.x + b.w) - std::max(a.x, b.x);
  const double h = std::min(a.y + a.h, b.y + b.h) - std::max(a.y, b.y);
  return w > 0 && h > 0 ? w * h : 0;
}

bool is_about(const domain::PictureBox& box, const domain::PictureBox& candidate) {
  const double shared = common(box, candidate);
  const double whole = candidate.w * candidate.h;
  return shared >= kCovers * whole ||
         (shared >= kLiesIn * box.w * box.h && box.w * box.h >= kLeastPart * whole);
}

// Share of the candidate that lies under any of the ignored boxes.
double hidden(const ports::DetectorInfo& info, std::span<const ports::Detection> boxes,
              const domain::PictureBox& candidate) {
  std::bitset<kRaster * kRaster> under;
  for (const auto& each : boxes) {
    if (info.classes[each.kind].meaning != ports::ClassMeaning::ignored) continue;
    for (int i = 0; i < kRaster * kRaster; ++i) {
      const int column = i % kRaster, row = i / kRaster;
      const double x = candidate.x + candidate.w * (column + 0.5) / kRaster;
      const double y = candidate.y + candidate.h * (row + 0.5) / kRaster;
      if (x >= each.box.x && x < each.box.x + each.box.w && y >= each.box.y &&
          y < each.box.y + each.box.h)
        under.set(static_cast<std::size_t>(i));
    }
  }
  return static_cast<double>(under.count()) / (kRaster * kRaster);
}

const ports::Detection* surest(const ports::DetectorInfo& info,
                               std::span<const ports::Detection> boxes,
                               const domain::PictureBox& candidate, ports::ClassMeaning meaning) {
  const ports::Detection* best = nullptr;
  for (const auto& each : boxes) {
    if (info.classes[each.kind].meaning != meaning) continue;
    const bool about = meaning == ports::ClassMeaning::ignored ? common(each.box, candidate) > 0
                                                               : is_about(each.box, candidate);
    if (about && (best == nullptr || each.score > best->score)) best = &each;
  }
  return best;
}

}  // namespace

Recognition recognise(const ports::DetectorInfo& info, std::span<const ports::Detection> boxes,
                      const domain::PictureBox& candidate) {
  using ports::ClassMeaning;
  Recognition out;
  out.require_class = info.require_class;
  out.kind = Recognised::nothing;
  const ports::Detection* best = surest(info, boxes, candidate, ClassMeaning::violation);
  if (best != nullptr) {
    const auto& found = info.classes[best->kind];
    out.kind = Recognised::violation;
    out.violations = found.violations;
    out.ignored_elsewhere = found.ignored_elsewhere;
  } else if (hidden(info, boxes, candidate) >= kHides) {
    best = surest(info, boxes, candidate, ClassMeaning::ignored);
    out.kind = Recognised::ignored;
  }
  if (best == nullptr) return out;
  out.label = info.classes[best->kind].name;
  out.score = best->score;
  return out;
}

}  // namespace xunjie::watch
