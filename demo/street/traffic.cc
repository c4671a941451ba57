#include "traffic.h"

#include <algorithm>
#include <cmath>

namespace xunjie::street {
namespace {

constexpr double kRoad = -0.14;
constexpr size_t kMostMovers = 12;  // more at once is a crowd nobody needs

struct Along {
  cv::Point2d at;
  double heading;
  bool beyond;
};

Along along(const Lane& lane, double distance) {
  for (size_t i = 0; i + 1 < lane.path.size(); ++i) {
    const cv::Point2d d = lane.path[i + 1] - lane.path[i];
    const double length = std::hypot(d.x, d.y);
    if (distance <= length)
      return {lane.path[i] + d * (distance / length), std::atan2(d.x, d.y), false};
    distance -= length;
  }
  return {lane.path.back(), 0, true};
}

}  // namespace

double pass_by(cv::Point2d place, const Obstacles& obstacles, double margin, double low,
               double high) {
  double y = place.y;
  for (const auto& o : obstacles) {
    const double near = o.y - margin, far = o.y + o.height + margin;
    if (place.y <= near || place.y >= far) continue;
    const bool near_open = near >= low, far_open = far <= high;
    const double aside = near_open && (!far_open || place.y - near < far - place.y) ? near : far;
    const double gap = std::max({o.x - place.x, place.x - (o.x + o.width), 0.0});
    const double t = std::clamp(1.0 - (gap - margin) / (margin * 3), 0.0, 1.0);
    y += (aside - place.y) * t * t * (3 - 2 * t);
  }
  return y;
}

int stride(const Sheet& sheet, double distance) {
  constexpr double kCycle = 1.35;  // metres in two steps
  const double phase = distance / kCycle;
  return static_cast<int>((phase - std::floor(phase)) * sheet.strides) % sheet.strides;
}

cv::Vec3f some_tone(std::mt19937& random) {
  std::uniform_real_distribution<float> unit(0.78F, 1.16F);
  const float all = unit(random);
  std::uniform_real_distribution<float> hue(0.95F, 1.05F);
  const float b = hue(random), g = hue(random), r = hue(random);
  return {all * b, all * g, all * r};
}

Traffic::Traffic(const Scene& scene, const Atlas& atlas, unsigned seed)
    : scene_(scene), random_(seed) {
  sources_ = {
      {&scene.people, atlas.of_kind("person"), 5.5, 1.0, 1.5, 1.0, false},
      {&scene.riders, atlas.of_kind("rider"), 13, 4.0, 6.0, 4.0, true},
      {&scene.vehicles, atlas.of_kind("vehicle"), 11, 6.0, 9.5, 2.0, true},
  };
}

void Traffic::spawn(Source& source) {
  std::uniform_real_distribution<double> unit(0, 1);
  source.wait =
      std::min(40.0, -source.mean_gap * std::log(std::max(1e-6, 1 - unit(random_)))) + 0.8;
  const auto lane = static_cast<size_t>(unit(random_) * static_cast<double>(source.lanes->size()));
  const auto sheet = static_cast<size_t>(unit(random_) * static_cast<double>(source.sheets.size()));
  const double speed = source.speed_low + unit(random_) * (source.speed_high - source.speed_low);
  const double side = (unit(random_) - 0.5) * (source.vehicle ? 0.3 : 0.7);
  const double size = source.vehicle ? 1.0 : 0.94 + 0.12 * unit(random_);
  if (movers_.size() >= kMostMovers) return;
  movers_.push_back({source.sheets[sheet], &(*source.lanes)[lane], speed, 0, side, size,
                     source.vehicle ? kRoad : 0.0, some_tone(random_), source.vehicle});
}

void Traffic::step(double dt, const Obstacles& obstacles, std::vector<Figure>& figures) {
  for (auto& source : sources_) {
    if (source.lanes->empty()) continue;
    source.wait -= dt * density_;
    if (source.wait <= 0) spawn(source);
  }
  for (auto& m : movers_) {
    m.done += m.speed * dt;
    auto [at, heading, beyond] = along(*m.lane, m.done);
    if (beyond) {
      m.done = -1;
      continue;
    }
    at.y += m.side;
    const auto& bounds = m.vehicle ? scene_.drive : scene_.walk;
    // Somebody on the way into a shop does not swerve back out of its door.
    if (at.y < bounds[1])
      at.y = pass_by(at, obstacles, m.vehicle ? 1.1 : 0.55, bounds[0], bounds[1]);
    Figure f;
    f.sheet = m.sheet;
    f.at = at;
    f.height = m.height;
    f.heading = heading;
    f.pose = m.vehicle ? 0 : stride(*m.sheet, m.done);
    f.size = m.size;
    f.tone = m.tone;
    f.slack = m.sheet->kind == "vehicle" ? 1.8 : (m.vehicle ? 0.8 : 0.35);
    figures.push_back(f);
  }
  std::erase_if(movers_, [](const Mover& m) { return m.done < 0; });
}

}  // namespace xunjie::street
