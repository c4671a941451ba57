#include "watch/vehicle/seen_places.h"

#include <algorithm>
#include <cmath>

namespace xunjie::watch::vehicle {
namespace {

constexpr double kSameWayDeg = 60;
constexpr double kFootSlack = 0.004;  // of the picture's height
constexpr double kDrivenByM = 6;
constexpr double kHalfWidthM = 0.4;  // of what must be in view at a point

// Where the thing would stand in the pass's own frame.
struct Expected {
  Metres2 at;
  Metres2 along, across;  // unit vectors: the car's way there, and to its right
  double half_along_m = 0, half_across_m = 0;
};

const SeenLook* nearest_look(const PassSeen& pass, Metres2 at) {
  const SeenLook* nearest = nullptr;
  double least = 0;
  for (const auto& look : pass.looks) {
    if (!look.view) continue;
    const double away = length(look.view->lens() - at);
    if (nearest != nullptr && away >= least) continue;
    nearest = &look;
    least = away;
  }
  return nearest;
}

std::optional<Expected> expected_of(const KnownThing& thing, double half_front_m,
                                    const PassSeen& pass, const PassMatch& match,
                                    const GoneOptions& options) {
  const SeenLook* look = nearest_look(pass, thing.place.at);
  if (look == nullptr) return std::nullopt;
  const Place offset = match.registration.at(look->travelled_m);
  Expected out;
  out.at = thing.place.at - offset.at;
  look = nearest_look(pass, out.at);
  const double heading = look->view->heading_deg();
  out.along = towards(heading);
  out.across = towards(heading + 90);
  const Spread2 spread = thing.place.spread + offset.spread;
  // Driven by, not only towards: what is seen from afar alone is seen where an error puts it.
  if (std::abs(dot(out.at - look->view->lens(), out.along)) > kDrivenByM) return std::nullopt;
  out.half_along_m = std::max({3 * error_along(spread, out.along), half_front_m, 1.0});
  out.half_across_m = std::max(2 * error_along(spread, out.across), 0.5);
  if (out.half_along_m > options.half_length_most_m) return std::nullopt;
  if (out.half_across_m <= options.lane_m) return out;
  // How far from the car's way it stands is better known from the car than from the receiver.
  if (std::abs(turn_deg(thing.heading_deg, heading)) > kSameWayDeg) return std::nullopt;
  const double side = dot(out.at - look->view->lens(), out.across);
  out.at = out.at + out.across * (thing.side_m - side);
  out.half_across_m = options.lane_m;
  return out;
}

bool within(const std::optional<domain::PicturePoint>& p, double margin) {
  return p && p->x >= margin && p->x <= 1 - margin && p->y >= margin && p->y <= 1 - margin;
}

// A box covers the point when it stands nearer (its foot is lower in the picture) and in its way.
bool covered(const std::vector<Detection>& detections, double left, double right, double foot) {
  return std::any_of(detections.begin(), detections.end(), [&](const Detection& d) {
    return d.box.x < right && d.box.x + d.box.w > left && d.box.y < foot &&
           d.box.y + d.box.h > foot + kFootSlack;
  });
}

bool shows(const SeenLook& look, Metres2 point, const GoneOptions& options) {
  if (!look.sound || !look.view || length(point - look.view->lens()) > options.reach_m)
    return false;
  const auto foot = look.view->picture(point), top = look.view->picture(point, options.height_m);
  if (!within(foot, options.margin) || !within(top, options.margin)) return false;
  const Metres2 away = point - look.view->lens();
  const Metres2 sideways = towards(bearing_of(away) + 90) * kHalfWidthM;
  const auto left = look.view->picture(point - sideways);
  const auto right = look.view->picture(point + sideways);
  return left && right && !covered(look.detections, left->x, right->x, foot->y);
}

bool point_seen(const PassSeen& pass, Metres2 point, const GoneOptions& options) {
  int views = 0;
  std::optional<Metres2> first, last;
  for (const auto& look : pass.looks) {
    if (!shows(look, point, options)) continue;
    ++views;
    if (!first) first = look.view->lens();
    last = look.view->lens();
  }
  return views >= options.views_least && length(*last - *first) >= options.baseline_least_m;
}

bool all_seen(const PassSeen& pass, const Expected& where, const GoneOptions& options) {
  const auto steps = [&](double half) {
    return std::max(1, static_cast<int>(std::ceil(half / options.step_m)));
  };
  const int n = steps(where.half_along_m), m = steps(where.half_across_m);
  for (int i = -n; i <= n; ++i) {
    for (int j = -m; j <= m; ++j) {
      const Metres2 point = where.at + where.along * (where.half_along_m * i / n) +
                            where.across * (where.half_across_m * j / m);
      if (!point_seen(pass, point, options)) return false;
    }
  }
  return true;
}

// Something that may be it: of its kind, near, and no other known thing.
bool may_be_there(const Expected& where, const PassSeen& pass, const PassMatch& match,
                  const std::vector<std::string>& kin, const GoneOptions& options) {
  for (std::size_t i = 0; i < pass.things.size(); ++i) {
    const auto& seen = pass.things[i];
    if (std::find(kin.begin(), kin.end(), seen.label) == kin.end()) continue;
    if (match.things[i].thing != 0 && !match.things[i].fresh) continue;
    const Metres2 away = seen.place.at - where.at;
    if (std::abs(dot(away, where.along)) < where.half_along_m + options.kin_m &&
        std::abs(dot(away, where.across)) < where.half_across_m + options.kin_m)
      return true;
  }
  return false;
}

// The receiver was farther off than it can be expected to be, and the thing was taken for a new
// one: now, or once before, and is known under both names since.
bool has_namesake(const KnownThing& thing, const std::vector<KnownThing>& all,
                  const PassMatch& match, const std::vector<std::string>& kin,
                  const GoneOptions& options) {
  return std::any_of(all.begin(), all.end(), [&](const KnownThing& other) {
    return (other.first_seen > thing.last_seen || saw(match, other.id)) &&
           may_be_one(thing, other, kin, options);
  });
}

}  // namespace

bool saw(const PassMatch& match, ThingId id) {
  return std::any_of(match.things.begin(), match.things.end(),
                     [id](const Recognised& r) { return r.thing == id; });
}

bool may_be_one(const KnownThing& thing, const KnownThing& other,
                const std::vector<std::string>& kin, const GoneOptions& options) {
  return other.id != thing.id && length(other.place.at - thing.place.at) < options.namesake_m &&
         std::find(kin.begin(), kin.end(), other.label) != kin.end() &&
         unlikeness(thing.appearance, other.appearance, 0) < options.namesake_unlike;
}

bool surely_gone(const KnownThing& thing, const std::vector<KnownThing>& all, double half_front_m,
                 const PassSeen& pass, const PassMatch& match, const std::vector<std::string>& kin,
                 const GoneOptions& options) {
  if (saw(match, thing.id) || has_namesake(thing, all, match, kin, options)) return false;
  const auto where = expected_of(thing, half_front_m, pass, match, options);
  return where && !may_be_there(*where, pass, match, kin, options) &&
         all_seen(pass, *where, options);
}

}  // namespace xunjie::watch::vehicle
