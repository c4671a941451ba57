#include "painter.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace xunjie::accuracy {
namespace {

// What is drawn of each label. The demonstration has no signboard of its own: a stall stands in.
constexpr std::pair<const char*, const char*> kThings[] = {
    {"goods", "cam-01/goods-1"},     {"goods", "cam-01/goods-2"},    {"goods", "cam-04/goods-1"},
    {"goods", "cam-05/permitted-1"}, {"stall", "cam-03/stall-1"},    {"stall", "cam-05/stall-1"},
    {"pile", "cam-02/pile-1"},       {"pile", "cam-06/pile-1"},      {"pile", "cam-05/outside-1"},
    {"signboard", "cam-03/stall-1"}, {"signboard", "cam-05/stall-1"}};
// Cells of the atlas: seen from the side.
const cv::Rect kManCell(0, 3 * 193, 112, 193), kVanCell(0, 4 * 296, 416, 296);

}  // namespace

Painter::Painter(const std::string& scenes, int width, int height) {
  for (const auto& [label, name] : kThings) read(label, scenes + "/" + name + ".png");
  read("person", scenes + "/atlas/man.png", kManCell);
  read("person", scenes + "/atlas/woman.png", kManCell);
  read("vehicle", scenes + "/atlas/minivan.png", kVanCell);
  cv::RNG random(5);
  cv::Mat grain(height, width, CV_16SC3);
  random.fill(grain, cv::RNG::NORMAL, 0, 22);
  cv::GaussianBlur(grain, grain, cv::Size(), 2);
  cv::Mat street(height, width, CV_16SC3, cv::Scalar(118, 122, 126));
  street.rowRange(0, height * 2 / 5).setTo(cv::Scalar(150, 160, 165));
  cv::Mat(street + grain).convertTo(texture_, CV_8UC3);
}

void Painter::read(const std::string& label, const std::string& file, const cv::Rect& cell) {
  cv::Mat read = cv::imread(file, cv::IMREAD_UNCHANGED);
  if (read.channels() != 4) return;
  if (!cell.empty()) read = read(cell);
  Sprite sprite;
  cv::extractChannel(read, sprite.alpha, 3);
  cv::cvtColor(read, sprite.bgr, cv::COLOR_BGRA2BGR);
  const cv::Rect solid = cv::boundingRect(sprite.alpha > 128);
  if (solid.empty()) return;
  sprites_[label].push_back({sprite.bgr(solid).clone(), sprite.alpha(solid).clone()});
}

bool Painter::ready() const {
  return std::all_of(std::begin(kThings), std::end(kThings),
                     [&](const auto& thing) { return sprites_.contains(thing.first); }) &&
         sprites_.contains("person") && sprites_.contains("vehicle");
}

cv::Mat Painter::paint(const std::vector<TrueBox>& picture, double way_m, double light) const {
  const int shift = static_cast<int>(way_m * 40) % texture_.cols;
  cv::Mat out(texture_.size(), CV_8UC3);
  texture_.colRange(shift, texture_.cols).copyTo(out.colRange(0, texture_.cols - shift));
  if (shift > 0)
    texture_.colRange(0, shift).copyTo(out.colRange(texture_.cols - shift, texture_.cols));
  for (auto box = picture.rbegin(); box != picture.rend(); ++box) put(*box, out);
  out.convertTo(out, -1, light);
  return out;
}

// Each thing its own: its sprite, mirrored and dyed by its number.
void Painter::put(const TrueBox& what, cv::Mat& out) const {
  const cv::Rect r(static_cast<int>(what.box.x * out.cols), static_cast<int>(what.box.y * out.rows),
                   std::max(1, static_cast<int>(what.box.w * out.cols)),
                   std::max(1, static_cast<int>(what.box.h * out.rows)));
  const cv::Rect in = r & cv::Rect(0, 0, out.cols, out.rows);
  const auto known = sprites_.find(what.label);
  if (in.empty() || known == sprites_.end()) return;
  const auto number = static_cast<std::size_t>(what.thing);
  const Sprite& sprite = known->second[number % known->second.size()];
  cv::Mat thing, mask;
  cv::resize(sprite.bgr, thing, r.size(), 0, 0, cv::INTER_AREA);
  cv::resize(sprite.alpha, mask, r.size(), 0, 0, cv::INTER_AREA);
  if (number / known->second.size() % 2 == 1) {
    cv::flip(thing, thing, 1);
    cv::flip(mask, mask, 1);
  }
  if (what.thing != 0) {
    cv::RNG dye(number * 977 + 1);
    cv::multiply(
        thing,
        cv::Scalar(dye.uniform(0.55, 1.25), dye.uniform(0.55, 1.25), dye.uniform(0.55, 1.25)),
        thing);
  }
  const cv::Rect part(in.tl() - r.tl(), in.size());
  thing(part).copyTo(out(in), mask(part) > 128);
}

}  // namespace xunjie::accuracy
