#include "watch/zone_map.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace xunjie::watch {
namespace {

constexpr std::int64_t kDay = 86'400'000'000;
constexpr std::int64_t kMinute = 60'000'000;

cv::Mat drawn(const domain::PicturePolygon& polygon, GridSize grid) {
  // Drawn finely and averaged: a cell belongs when more than half of it does.
  constexpr int kFine = 8;
  cv::Mat fine = cv::Mat::zeros(grid.height * kFine, grid.width * kFine, CV_8U);
  std::vector<cv::Point> points;
  for (const auto& p : polygon) {
    points.emplace_back(static_cast<int>(std::lround(p.x * fine.cols)),
                        static_cast<int>(std::lround(p.y * fine.rows)));
  }
  cv::fillPoly(fine, std::vector<std::vector<cv::Point>>{points}, cv::Scalar(255));
  cv::Mat out;
  cv::resize(fine, out, cv::Size(grid.width, grid.height), 0, 0, cv::INTER_AREA);
  cv::threshold(out, out, 127, 255, cv::THRESH_BINARY);
  return out;
}

// The foot: in every column the lowest cell, where that lies in the lower third of the object.
std::vector<cv::Point> foot_of(const cv::Mat& object, const cv::Rect& box) {
  std::vector<cv::Point> foot;
  const int top = box.y + box.height - std::max(2, (box.height + 2) / 3);
  for (int x = box.x; x < box.x + box.width; ++x) {
    for (int y = box.y + box.height - 1; y >= std::max(box.y, top); --y) {
      if (object.at<std::uint8_t>(y, x) == 0) continue;
      foot.emplace_back(x, y);
      break;
    }
  }
  return foot;
}

// The latest moment at or before `at` that lies within the hours; 0 when never.
UtcMicros last_permitted(const std::vector<ports::MinuteSpan>& hours, UtcMicros at, Micros offset) {
  if (within_hours(hours, local_minute(at, offset))) return at;
  const std::int64_t local = at.count + offset.count;
  const std::int64_t midnight = local - ((local % kDay) + kDay) % kDay;
  std::int64_t latest = 0;
  for (const auto& span : hours) {
    for (const std::int64_t day : {midnight - kDay, midnight}) {
      const std::int64_t end = day + span.until * kMinute;
      if (end <= local) latest = std::max(latest, end - offset.count);
    }
  }
  return {latest};
}

}  // namespace

int local_minute(UtcMicros at, Micros local_offset) {
  const std::int64_t local = at.count + local_offset.count;
  return static_cast<int>((((local % kDay) + kDay) % kDay) / kMinute);
}

bool within_hours(const std::vector<ports::MinuteSpan>& hours, int minute) {
  return std::any_of(hours.begin(), hours.end(), [&](const ports::MinuteSpan& span) {
    if (span.from < span.until) return span.from <= minute && minute < span.until;
    return minute >= span.from || minute < span.until;
  });
}

ZoneMap::ZoneMap(const std::vector<ports::Zone>& zones, GridSize grid, Micros local_offset)
    : zones_(zones), local_offset_(local_offset) {
  outside_ = cv::Mat(grid.height, grid.width, CV_8U, cv::Scalar(255));
  for (const auto& zone : zones_) {
    masks_.push_back(drawn(zone.polygon, grid));
    if (!zone.watch.empty()) outside_.setTo(0, masks_.back());
  }
}

std::optional<Footing> ZoneMap::footing(const cv::Mat& object, const cv::Rect& box, UtcMicros at,
                                        double least) const {
  const std::vector<cv::Point> foot = foot_of(object, box);
  if (foot.empty()) return std::nullopt;
  const auto share = [&](const cv::Mat& mask) {
    const auto inside = std::count_if(foot.begin(), foot.end(),
                                      [&](cv::Point p) { return mask.at<std::uint8_t>(p) != 0; });
    return static_cast<double>(inside) / static_cast<double>(foot.size());
  };
  Footing best;
  for (std::size_t i = 0; i < zones_.size(); ++i) {
    const double s = share(masks_[i]);
    if (zones_[i].kind == ports::ZoneKind::permitted && s >= least) {
      // A permitted zone without hours is always permitted.
      const bool always = zones_[i].permitted_hours.empty();
      const UtcMicros until =
          always ? at : last_permitted(zones_[i].permitted_hours, at, local_offset_);
      best.permitted_until = std::max(best.permitted_until, until);
      if (until == at) best.permitted = std::max(best.permitted, s);
    }
    if (!zones_[i].watch.empty() && s > best.share) {
      best.zone = i;
      best.share = s;
    }
  }
  if (best.share < least) return std::nullopt;
  return best;
}

}  // namespace xunjie::watch
