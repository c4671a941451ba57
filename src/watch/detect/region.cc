#include "watch/detect/region.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include <opencv2/core/mat.hpp>
#include <opencv2/imgproc.hpp>

namespace xunjie::watch {
namespace {

constexpr int kLeastPixels = 32;  // a smaller piece says nothing to a model

// A span of `length` around `centre`, moved into 0..limit and cut to it.
std::pair<int, int> span_in(double centre, double length, int limit) {
  const int size = std::clamp(static_cast<int>(std::lround(length)), 1, limit);
  const int from = std::clamp(static_cast<int>(std::lround(centre - size / 2.0)), 0, limit - size);
  return {from, size};
}

void place(RegionPlan& plan, const ModelInput& input) {
  plan.scale_x = static_cast<double>(input.width) / plan.width;
  plan.scale_y = static_cast<double>(input.height) / plan.height;
  if (input.fit == Fit::stretch) return;
  plan.scale_x = plan.scale_y = std::min(plan.scale_x, plan.scale_y);
  if (input.fit == Fit::letterbox_corner) return;
  plan.offset_x = std::floor((input.width - std::round(plan.width * plan.scale_x)) / 2.0);
  plan.offset_y = std::floor((input.height - std::round(plan.height * plan.scale_y)) / 2.0);
}

}  // namespace

Result<RegionPlan> plan_region(const ports::DetectorAsk& ask, const ModelDescription& model) {
  const auto& [picture, region, alone] = ask;
  const double surroundings = alone ? 1 : model.surroundings;
  if (picture.bgr == nullptr || picture.width < kLeastPixels || picture.height < kLeastPixels)
    return make_error(ErrorCode::invalid_argument, "picture: is empty or below 32 pixels",
                      "picture");
  const bool inside = region.w > 0 && region.h > 0 && region.x < 1 && region.y < 1 &&
                      region.x + region.w > 0 && region.y + region.h > 0;
  if (!inside)
    return make_error(ErrorCode::invalid_argument, "region: lies outside the picture", "region");
  double width = region.w * picture.width * surroundings;
  double height = region.h * picture.height * surroundings;
  const double shape = static_cast<double>(model.input.width) / model.input.height;
  width = std::max({width, height * shape, static_cast<double>(kLeastPixels)});
  height = std::max(height, width / shape);
  RegionPlan plan;
  std::tie(plan.x, plan.width) =
      span_in((region.x + region.w / 2) * picture.width, width, picture.width);
  std::tie(plan.y, plan.height) =
      span_in((region.y + region.h / 2) * picture.height, height, picture.height);
  place(plan, model.input);
  return plan;
}

void fill_input(const ports::PictureView& picture, const RegionPlan& plan, const ModelInput& how,
                std::span<float> input) {
  // OpenCV has no view of constant bytes; nothing is written through this one.
  const cv::Mat all(picture.height, picture.width, CV_8UC3,
                    const_cast<std::uint8_t*>(picture.bgr),  // NOLINT
                    picture.row_bytes);
  const cv::Mat part = all(cv::Rect(plan.x, plan.y, plan.width, plan.height));
  const cv::Size size(
      std::clamp(static_cast<int>(std::lround(plan.width * plan.scale_x)), 1, how.width),
      std::clamp(static_cast<int>(std::lround(plan.height * plan.scale_y)), 1, how.height));
  cv::Mat fitted(how.height, how.width, CV_8UC3, cv::Scalar::all(how.pad));
  cv::Mat seat = fitted(
      cv::Rect(cv::Point(static_cast<int>(plan.offset_x), static_cast<int>(plan.offset_y)), size));
  cv::resize(part, seat, size, 0, 0, plan.scale_x < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  const auto plane = static_cast<std::size_t>(how.width) * static_cast<std::size_t>(how.height);
  for (int y = 0; y < how.height; ++y) {
    const auto* row = fitted.ptr<cv::Vec3b>(y);
    for (int x = 0; x < how.width; ++x) {
      const std::size_t at = static_cast<std::size_t>(y) * static_cast<std::size_t>(how.width) +
                             static_cast<std::size_t>(x);
      for (std::size_t c = 0; c < 3; ++c) {
        const float byte = row[x][static_cast<int>(how.rgb ? 2 - c : c)];
        input[how.channels_last ? at * 3 + c : c * plane + at] = (byte - how.mean[c]) / how.std[c];
      }
    }
  }
}

std::vector<ports::Detection> to_picture(std::span<const RawBox> boxes, const RegionPlan& plan,
                                         const ports::PictureView& picture) {
  std::vector<ports::Detection> out;
  for (const RawBox& box : boxes) {
    const auto x_of = [&](double v) {
      const double inside = std::clamp((v - plan.offset_x) / plan.scale_x, 0.0, plan.width + 0.0);
      return (plan.x + inside) / picture.width;
    };
    const auto y_of = [&](double v) {
      const double inside = std::clamp((v - plan.offset_y) / plan.scale_y, 0.0, plan.height + 0.0);
      return (plan.y + inside) / picture.height;
    };
    const double x0 = x_of(box.x0), y0 = y_of(box.y0), x1 = x_of(box.x1), y1 = y_of(box.y1);
    if (x1 <= x0 || y1 <= y0) continue;
    out.push_back({{x0, y0, x1 - x0, y1 - y0}, box.kind, std::clamp<double>(box.score, 0, 1)});
  }
  return out;
}

}  // namespace xunjie::watch
