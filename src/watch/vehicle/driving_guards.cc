#include "watch/vehicle/driving_guards.h"

#include <opencv2/imgproc.hpp>

namespace xunjie::watch::vehicle {
namespace {

using ports::CameraState;

constexpr double kDarkMean = 24, kDarkSpread = 6;  // grey levels, as watch/guards.cc
constexpr double kFrozenM = 3;
constexpr double kBlurShare = 0.3;  // of the usual detail
constexpr double kBlockedSpread =
    8;  // grey levels over the whole picture: something before the lens
constexpr double kFollow = 0.05;

std::uint64_t hash_of(const cv::Mat& luma) {
  std::uint64_t hash = 1469598103934665603ULL;
  for (int y = 0; y < luma.rows; ++y) {
    const auto* row = luma.ptr<std::uint32_t>(y);
    for (int x = 0; x < luma.cols; ++x) hash = (hash ^ row[x]) * 1099511628211ULL;
  }
  return hash;
}

double detail_of(const cv::Mat& luma) {
  cv::Mat edges;
  cv::Laplacian(luma, edges, CV_32F);
  return cv::mean(cv::abs(edges))[0];
}

}  // namespace

Verdict DrivingGuards::judge(const Look& look, const std::optional<Pose>& pose) {
  cv::Scalar mean, spread;
  cv::meanStdDev(look.luma, mean, spread);
  const std::uint64_t hash = hash_of(look.luma);
  const bool went_on = pose && last_m_ && pose->travelled_m - *last_m_ >= kFrozenM;
  const bool same = hash == last_hash_;
  last_hash_ = hash;
  if (pose && !same) last_m_ = pose->travelled_m;
  if (same && went_on) return {CameraState::frozen, "车在行驶而画面完全不变，视频可能已卡住"};
  if (mean[0] < kDarkMean && spread[0] < kDarkSpread)
    return {CameraState::dark, "画面过暗，看不清街面"};
  if (spread[0] < kBlockedSpread) return {CameraState::blocked, "镜头被遮挡"};
  const double detail = detail_of(look.luma);
  if (usual_detail_ > 0 && detail < kBlurShare * usual_detail_)
    return {CameraState::blurred, "画面模糊，可能失焦或镜头脏污"};
  usual_detail_ = usual_detail_ > 0 ? usual_detail_ + kFollow * (detail - usual_detail_) : detail;
  return {};
}

}  // namespace xunjie::watch::vehicle
