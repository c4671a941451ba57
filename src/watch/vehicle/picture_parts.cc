#include "watch/vehicle/picture_parts.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>

namespace xunjie::watch::vehicle {
namespace {

constexpr double kStep = 0.65;      // of a tile
constexpr double kSameShare = 0.6;  // of the smaller box
constexpr double kRim = 0.01;       // of a part: a box this near to its edge is cut by it
constexpr int kMostTiles = 11;
// A crate of 0.8 m at 15 m is a 1/37 of a picture that is 90° wide, and a model should get 24
// pixels of it.
constexpr double kWidthAPixel = 1.0 / 37 / 24;

double shared(const domain::PictureBox& a, const domain::PictureBox& b) {
  const double w = std::min(a.x + a.w, b.x + b.w) - std::max(a.x, b.x);
  const double h = std::min(a.y + a.h, b.y + b.h) - std::max(a.y, b.y);
  if (w <= 0 || h <= 0) return 0;
  const double least = std::min(a.w * a.h, b.w * b.h);
  return least > 0 ? w * h / least : 0;
}

int tiles_across(double share) {
  return share >= 1 ? 1 : static_cast<int>(std::ceil((1 - share) / (share * kStep))) + 1;
}

// An edge of the picture cuts too, but nothing else has more of that thing.
bool cut(const domain::PictureBox& box, const domain::PictureBox& part) {
  const auto over = [](double from, double size, double part_from, double part_size) {
    const double rim = kRim * part_size;
    return (part_from > 0 && from < part_from + rim) ||
           (part_from + part_size < 1 - 1e-9 && from + size > part_from + part_size - rim);
  };
  return over(box.x, box.w, part.x, part.w) || over(box.y, box.h, part.y, part.h);
}

}  // namespace

std::vector<domain::PictureBox> parts_of(double aspect, const ports::DetectorInfo& info) {
  const double shape = static_cast<double>(info.input_width) / info.input_height;
  double width = info.input_width * kWidthAPixel;
  const auto height_for = [&](double w) { return std::min(1.0, w * aspect / shape); };
  while (tiles_across(width) * tiles_across(height_for(width)) > kMostTiles) width *= 1.05;
  width = std::min(1.0, width);
  const double height = height_for(width);
  const int across = tiles_across(width), down = tiles_across(height);
  std::vector<domain::PictureBox> out;
  for (int row = 0; row < down; ++row) {
    for (int column = 0; column < across; ++column) {
      out.push_back({across == 1 ? 0 : (1 - width) * column / (across - 1),
                     down == 1 ? 0 : (1 - height) * row / (down - 1), width, height});
    }
  }
  if (out.size() > 1) out.push_back({0, 0, 1, 1});
  return out;
}

std::vector<Detection> put_together(const ports::DetectorInfo& info,
                                    const std::vector<domain::PictureBox>& parts,
                                    const std::vector<std::vector<ports::Detection>>& boxes) {
  std::vector<ports::Detection> all;
  for (std::size_t i = 0; i < parts.size() && i < boxes.size(); ++i) {
    for (const auto& box : boxes[i]) {
      if (box.kind >= info.classes.size() || cut(box.box, parts[i])) continue;
      if (info.classes[box.kind].meaning != ports::ClassMeaning::unmapped) all.push_back(box);
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.score > b.score; });
  std::vector<ports::Detection> kept;
  for (const auto& box : all) {
    if (kept.size() >= kMaxDetections) break;
    const bool again = std::any_of(kept.begin(), kept.end(), [&](const auto& other) {
      return other.kind == box.kind && shared(other.box, box.box) > kSameShare;
    });
    if (!again) kept.push_back(box);
  }
  std::vector<Detection> out;
  for (const auto& box : kept) out.push_back({box.box, info.classes[box.kind].name, box.score, {}});
  return out;
}

std::optional<std::vector<Detection>> look_through(ports::Detector& detector, const cv::Mat& bgr) {
  const auto parts = parts_of(static_cast<double>(bgr.cols) / bgr.rows, detector.info());
  std::vector<ports::DetectorAsk> asks;
  for (const auto& part : parts)
    asks.push_back({{bgr.data, bgr.cols, bgr.rows, bgr.step}, part, true});
  const auto found = detector.detect(asks);
  if (found.ok()) return put_together(detector.info(), parts, *found);
  spdlog::warn("watch: detector: {} {}", found.error().message, found.error().detail);
  return std::nullopt;
}

}  // namespace xunjie::watch::vehicle
