#include "lens.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <opencv2/imgproc.hpp>

namespace xunjie::street {
namespace {

constexpr std::array<std::string_view, 12> kConditions{"dusk",     "night",      "rain",   "fog",
                                                       "shadow",   "headlights", "bright", "dim",
                                                       "infrared", "nudge",      "turned", "lost"};
constexpr std::string_view kTruck = "truck";
constexpr int kMargin = 128;
constexpr double kDuskSeconds = 480;     // times are as short here as dwells are
constexpr double kShadowSpeed = 0.0006;  // of the width a second
constexpr double kHeadlightsEvery = 14, kHeadlightsLast = 5;

bool known(const std::string& condition) {
  return condition == kTruck ||
         std::find(kConditions.begin(), kConditions.end(), condition) != kConditions.end();
}

// Three lamps over the street; between them little light.
cv::Mat lamp_light(cv::Size size) {
  cv::Mat light(size, CV_32F, cv::Scalar(0.16));
  const std::array<cv::Point2d, 3> lamps{{{0.2, 0.55}, {0.55, 0.5}, {0.9, 0.6}}};
  for (int y = 0; y < size.height; ++y) {
    auto* row = light.ptr<float>(y);
    for (int x = 0; x < size.width; ++x) {
      for (const auto& lamp : lamps) {
        const double dx = (x - lamp.x * size.width) / (0.22 * size.width);
        const double dy = (y - lamp.y * size.height) / (0.34 * size.height);
        row[x] += static_cast<float>(0.34 * std::exp(-(dx * dx + dy * dy)));
      }
    }
  }
  return light;
}

cv::Mat rain_streaks(cv::Size size, cv::RNG& rng) {
  cv::Mat out = cv::Mat::zeros(size.height + kMargin, size.width + kMargin, CV_8U);
  for (int i = 0; i < 900; ++i) {
    const cv::Point at(rng.uniform(0, out.cols), rng.uniform(0, out.rows));
    const int length = rng.uniform(12, 34);
    cv::line(out, at, at + cv::Point(-length / 6, length), cv::Scalar(rng.uniform(20, 62)), 1,
             cv::LINE_AA);
  }
  return out;
}

// The side of a lorry with boards and a tarpaulin's folds.
cv::Mat truck_side(cv::Size size, cv::RNG& rng) {
  cv::Mat out(size, CV_8U);
  for (int x = 0; x < size.width; ++x) {
    const int board = 92 + 26 * ((x / 38) % 2) + static_cast<int>(10 * std::sin(x / 7.0));
    out.col(x).setTo(board);
  }
  cv::Mat grain(size, CV_8U);
  rng.fill(grain, cv::RNG::UNIFORM, 0, 9);
  out += grain;
  out.rowRange(size.height * 5 / 6, size.height).setTo(34);
  return out;
}

cv::Mat shifted(const cv::Mat& plane, double dx, double dy) {
  const cv::Mat by = (cv::Mat_<double>(2, 3) << 1, 0, dx, 0, 1, dy);
  cv::Mat out;
  cv::warpAffine(plane, out, by, plane.size(), cv::INTER_LINEAR, cv::BORDER_REFLECT_101);
  return out;
}

}  // namespace

Lens::Lens(cv::Size size, unsigned seed) : size_(size), random_(seed) {
  cv::RNG rng(seed + 11);
  lamps_ = lamp_light(size);
  noise_.create(size.height + kMargin, size.width + kMargin, CV_16S);
  rng.fill(noise_, cv::RNG::NORMAL, 0, 16);
  streaks_ = rain_streaks(size, rng);
  truck_ = truck_side({size.width / 3, size.height * 6 / 10}, rng);
}

Result<void> Lens::set(const std::string& condition, bool on, double now) {
  if (!known(condition)) {
    return make_error(ErrorCode::invalid_argument, "there is no condition " + condition, "event");
  }
  if (has(condition.c_str()) == on) {
    return make_error(ErrorCode::invalid_argument,
                      condition + (on ? " is on already" : " is not on"), "event");
  }
  if (on) {
    on_[condition] = now;
  } else {
    on_.erase(condition);
  }
  return {};
}

Lens::Planes Lens::planes(cv::Mat& yuv) const {
  const int w = size_.width, h = size_.height;
  return {yuv.rowRange(0, h),
          cv::Mat(h / 2, w / 2, CV_8U, yuv.data + static_cast<ptrdiff_t>(w) * h),
          cv::Mat(h / 2, w / 2, CV_8U, yuv.data + static_cast<ptrdiff_t>(w) * h * 5 / 4)};
}

void Lens::apply(cv::Mat& yuv, double now) {
  if (on_.empty()) return;
  const Planes p = planes(yuv);
  if (has("truck")) {
    cv::Mat place = p.y(cv::Rect({size_.width * 3 / 10, size_.height * 3 / 10}, truck_.size()));
    truck_.copyTo(place);
  }
  view(p);
  light(p, now);
  passing_light(p, now);
  weather(p);
  damage(p);
}

void Lens::view(const Planes& p) {
  const auto shift = [&](double dx, double dy) {
    for (const cv::Mat* plane : {&p.y, &p.u, &p.v}) {
      const double part = plane == &p.y ? 1 : 0.5;
      shifted(*plane, dx * part, dy * part).copyTo(*plane);
    }
  };
  if (has("nudge")) shift(10, -6);
  if (has("turned")) shift(-0.46 * size_.width, 0.18 * size_.height);
}

void Lens::add_noise(cv::Mat& y, double strength) {
  std::uniform_int_distribution<int> offset(0, kMargin - 1);
  const cv::Mat part = noise_(cv::Rect({offset(random_), offset(random_)}, size_));
  cv::Mat wide;
  y.convertTo(wide, CV_16S);
  wide += part * strength;
  wide.convertTo(y, CV_8U);
}

// share 0 is day, 1 is night.
void Lens::darken(Planes p, double share) {
  cv::Mat y;
  p.y.convertTo(y, CV_32F);
  const cv::Mat gain = (1 - share) + lamps_ * share;
  y = y.mul(gain) + 6 * share;
  y.convertTo(p.y, CV_8U);
  const double colour = 1 - 0.45 * share;
  p.u.convertTo(p.u, CV_8U, colour, 128 * (1 - colour) - 7 * share);
  p.v.convertTo(p.v, CV_8U, colour, 128 * (1 - colour) + 8 * share);
  add_noise(p.y, 0.3 * share);
}

void Lens::light(Planes p, double now) {
  if (has("bright")) p.y.convertTo(p.y, CV_8U, 1.4, 4);
  if (has("dim")) p.y.convertTo(p.y, CV_8U, 0.62, 0);
  if (has("night")) {
    darken(p, 1);
  } else if (has("dusk")) {
    darken(p, std::clamp((now - on_.at("dusk")) / kDuskSeconds, 0.0, 1.0));
  }
  if (!has("infrared")) return;
  p.u.setTo(128);
  p.v.setTo(128);
  p.y.convertTo(p.y, CV_8U, 0.85, 34);
}

void Lens::passing_light(Planes p, double now) {
  if (has("shadow")) {
    // A roof's edge: everything on one side of a slanted line lies in shade.
    const double edge = 0.1 + kShadowSpeed * (now - on_.at("shadow"));
    const int top = static_cast<int>((edge + 0.18) * size_.width);
    const int foot = static_cast<int>(edge * size_.width);
    cv::Mat shade(size_, CV_8U, cv::Scalar(0));
    const std::vector<cv::Point> side{{0, 0}, {top, 0}, {foot, size_.height}, {0, size_.height}};
    cv::fillConvexPoly(shade, side, cv::Scalar(255), cv::LINE_AA);
    cv::Mat dark;
    p.y.convertTo(dark, CV_8U, 0.55);
    dark.copyTo(p.y, shade);
  }
  if (!has("headlights")) return;
  const double at = std::fmod(now - on_.at("headlights"), kHeadlightsEvery);
  if (at > kHeadlightsLast) return;
  const double x = at / kHeadlightsLast * size_.width;
  cv::Mat glare(size_.height / 8, size_.width / 8, CV_8U, cv::Scalar(0));
  for (const double side : {-0.03, 0.03}) {
    cv::circle(glare,
               cv::Point(static_cast<int>((x + side * size_.width) / 8), size_.height / 8 * 2 / 3),
               size_.width / 8 / 14, cv::Scalar(150), cv::FILLED);
  }
  cv::GaussianBlur(glare, glare, cv::Size(), 7);
  cv::resize(glare, glare, size_);
  p.y += glare;
}

void Lens::weather(Planes p) {
  if (has("fog")) p.y.convertTo(p.y, CV_8U, 0.5, 84);
  if (!has("rain")) return;
  p.y.convertTo(p.y, CV_8U, 0.82, 16);
  std::uniform_int_distribution<int> offset(0, kMargin - 1);
  p.y += streaks_(cv::Rect({offset(random_), offset(random_)}, size_));
  add_noise(p.y, 0.12);
}

// Blocks that never arrived, grey down to the end of their slice.
void Lens::damage(Planes p) {
  if (!has("lost") || random_() % 2 == 0) return;
  std::uniform_int_distribution<int> row(0, size_.height / 16 - 1), length(2, 14);
  for (int i = 0; i < 3; ++i) {
    const int y = row(random_) * 16;
    const cv::Rect block(0, y, size_.width, std::min(length(random_) * 16, size_.height - y));
    const cv::Rect small(block.x / 2, block.y / 2, block.width / 2, block.height / 2);
    p.y(block).setTo(128);
    p.u(small).setTo(128);
    p.v(small).setTo(128);
  }
}

}  // namespace xunjie::street
