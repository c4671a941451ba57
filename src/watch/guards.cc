#include "watch/guards.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>

#include <opencv2/imgproc.hpp>

#include "base/check.h"
#include "watch/cell_sums.h"

namespace xunjie::watch {
namespace {

using ports::CameraState;

constexpr double kDarkMean = 14;  // grey levels, sensor black is 16 in video range
constexpr double kDarkSpread = 6;
constexpr double kMovedShare = 0.5;    // of the cells that show structure
constexpr double kChangedShare = 0.3;  // of all cells, before the camera itself is suspected
constexpr double kBlurShare = 0.3;     // of the contrast the street has
constexpr double kStep = 0.12;         // relative change of the light between two looks
constexpr float kTexture = 60;         // variance from which a cell shows structure

std::uint64_t hash_of(const cv::Mat& luma) {
  XUNJIE_CHECK(luma.isContinuous());
  const std::string_view bytes(reinterpret_cast<const char*>(luma.data),
                               luma.total() * luma.elemSize());
  return std::hash<std::string_view>{}(bytes);
}

double textured_share(const cv::Mat& variance) {
  return cv::countNonZero(variance > kTexture) / static_cast<double>(variance.total());
}

// Is the street there after all, a few per cent of the picture aside?
bool shifted(const cv::Mat& street, const cv::Mat& now) {
  cv::Mat a, b, window;
  cv::Laplacian(street, a, CV_32F);
  cv::Laplacian(now, b, CV_32F);
  cv::createHanningWindow(window, a.size(), CV_32F);
  double response = 0;
  const cv::Point2d by = cv::phaseCorrelate(a, b, window, &response);
  return response > 0.08 && std::hypot(by.x, by.y) > 1.5;
}

}  // namespace

double misfit_of(const SceneMemory& memory) {
  const cv::Mat& hard = memory.hard_in_any_light();
  cv::Mat textured = memory.street().variance > kTexture;
  const int all = cv::countNonZero(textured);
  if (all < 200) return 0;
  if (cv::countNonZero(hard > 1) < kChangedShare * static_cast<double>(hard.total())) return 0;
  cv::Mat lost = (hard > 1) & textured;
  return cv::countNonZero(lost) / static_cast<double>(all);
}

Verdict Guards::first_glance(const Look& look) {
  cv::Scalar mean, spread;
  cv::meanStdDev(look.luma, mean, spread);
  const std::uint64_t hash = hash_of(look.luma);
  if (hash != last_hash_ || same_ == 0) {
    last_hash_ = hash;
    same_since_ = look.at;
    same_ = 1;
  } else {
    ++same_;
  }
  if (mean[0] < kDarkMean + 10 && spread[0] < kDarkSpread)
    return {CameraState::dark, "画面过暗，看不清街面"};
  if (same_ >= 4 && look.at - same_since_ >= options_.frozen_after) {
    return {CameraState::frozen, "画面长时间完全不变，视频可能已卡住"};
  }
  return {};
}

Verdict Guards::step_of_light(const Light& light) {
  // Level of a mid-grey in the light of the long memory.
  const double level = std::max(1.0, light.gain * 110 + light.offset);
  const double before = last_level_ < 0 ? level : last_level_;
  last_level_ = level;
  const bool steps = std::abs(level - before) > kStep * std::max(level, before) && light.fit > 0.3;
  if (steps) {
    stepping_ = true;
    return {CameraState::light_change, "光线突变，暂停判断"};
  }
  Verdict sound;
  sound.light_settled = stepping_;
  stepping_ = false;
  return sound;
}

Verdict Guards::against_street(const Look& look, const Windows& now, const SceneMemory& memory) {
  const Windows& street = memory.street();
  const double lost = misfit_of(memory);
  const double contrast = std::max(0.3, memory.light().gain);
  if (lost > kMovedShare) {
    if (shifted(memory.street().luma, look.luma))
      return {CameraState::moved, "镜头被转动，画面与监管区域对不上"};
    if (sharpness_of(look.luma) < kBlurShare * contrast * sharpness_of(memory.street().luma) &&
        textured_share(now.variance) > 0.3 * textured_share(street.variance)) {
      return {CameraState::blurred, "画面模糊，可能失焦或镜头脏污"};
    }
    if (textured_share(now.variance) < 0.6 * textured_share(street.variance)) {
      return {CameraState::blocked, "镜头被遮挡"};
    }
    return {CameraState::moved, "画面与原来的街面不符，镜头可能被转动或遮挡"};
  }
  if (sharpness_of(look.luma) < kBlurShare * contrast * sharpness_of(memory.street().luma)) {
    return {CameraState::blurred, "画面模糊，可能失焦或镜头脏污"};
  }
  return step_of_light(memory.light());
}

}  // namespace xunjie::watch
