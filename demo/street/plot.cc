#include "plot.h"

#include <algorithm>
#include <cmath>

namespace xunjie::street {
namespace {

using Phase = Standing::Phase;

constexpr double kWalk = 1.5;   // metres a second
constexpr double kPause = 1.6;  // seconds somebody bends over what he puts down
constexpr double kPush = 1.1;
constexpr double kDrive = 4.5;

bool wheeled(const SceneObject& o) {
  return o.kind == "stall" || o.kind == "van";
}
double length(cv::Point2d d) {
  return std::hypot(d.x, d.y);
}

Error refuse(const std::string& field, const std::string& why) {
  return make_error(ErrorCode::invalid_argument, why, field);
}

}  // namespace

Plot::Plot(const Scene& scene, const Atlas& atlas, Stage& stage, unsigned seed)
    : scene_(scene), atlas_(atlas), stage_(stage), random_(seed) {}

// The point level with `to` on the side of `sign` (-1 left, 1 right) from where a thing reaching
// `reach` metres to each side is just out of the picture.
cv::Point2d Plot::entry(cv::Point2d to, double sign, double reach) const {
  const cv::Point2d right = scene_.plate.empty() ? scene_.projection.right() : cv::Point2d(1, 0);
  for (double d = 0; d < 40; d += 0.25) {
    const cv::Point2d q = to + right * (sign * d);
    const double depth = scene_.projection.depth(q.x, q.y, 0);
    if (depth < 1.5) return q;
    const cv::Point2d pixel = scene_.projection.pixel(q.x, q.y, 0.8);
    const double margin = scene_.projection.focal() / depth * reach;
    if (pixel.x < -margin || pixel.x > scene_.size.width + margin) return q;
  }
  return to + right * (sign * 12.0);
}

Result<void> Plot::place(const std::string& id, double now) {
  const auto* o = scene_.object(id);
  if (o == nullptr || o->kind == "van")
    return refuse("object", scene_.id + " has no object " + id + " to place");
  if (plays_.contains(id)) return refuse("object", id + " is already there or on its way");
  for (const auto& [other, play] : plays_) {
    if ((scene_.object(other)->ground & o->ground).area() > 0) {
      return refuse("object", id + " would stand where " + other + " stands");
    }
  }
  const double reach = wheeled(*o) ? o->ground.width / 2 + 0.8 : 1.2;
  const cv::Point2d left = entry(o->at, -1, reach), right = entry(o->at, 1, reach);
  plays_[id] = {Phase::arriving, now, length(left - o->at) < length(right - o->at) ? left : right};
  return {};
}

Result<void> Plot::remove(const std::string& id, double now) {
  const auto it = plays_.find(id);
  if (it == plays_.end()) return refuse("object", scene_.id + " has no " + id + " standing");
  const bool busy = !wheeled(*scene_.object(id)) && !it->second.switched;
  if (it->second.phase != Phase::visible || busy)
    return refuse("object", id + " is still on its way");
  it->second.phase = Phase::leaving;
  it->second.since = now;
  it->second.switched = false;
  return {};
}

Result<void> Plot::start(const std::string& event, double now) {
  if (scene_.crowd && event == scene_.crowd->id) {
    if (!crowd_.empty()) return refuse("event", event + " is already running");
    gather(now);
    return {};
  }
  if (!scene_.light_step.empty() && event == scene_.light_step) {
    if (lamp_on_) return refuse("event", event + " is already running");
    lamp_on_ = true;
    lamp_at_ = now;
    return {};
  }
  const auto* o = scene_.object(event);
  if (o == nullptr || o->kind != "van")
    return refuse("event", scene_.id + " has no event " + event);
  if (plays_.contains(event)) return refuse("event", event + " is already running");
  plays_[event] = {Phase::arriving, now, entry(o->at, 1, o->ground.width)};
  return {};
}

Result<void> Plot::stop(const std::string& event, double now) {
  if (scene_.crowd && event == scene_.crowd->id) {
    if (crowd_.empty() || crowd_phase_ == Phase::leaving)
      return refuse("event", event + " is not running");
    crowd_phase_ = Phase::leaving;
    crowd_since_ = now;
    for (auto& m : crowd_) m.goal = m.outside;
    return {};
  }
  if (!scene_.light_step.empty() && event == scene_.light_step) {
    if (!lamp_on_) return refuse("event", event + " is not running");
    lamp_on_ = false;
    lamp_at_ = now;
    return {};
  }
  const auto* o = scene_.object(event);
  if (o == nullptr || o->kind != "van")
    return refuse("event", scene_.id + " has no event " + event);
  const auto it = plays_.find(event);
  if (it == plays_.end() || it->second.phase == Phase::leaving)
    return refuse("event", event + " is not running");
  if (it->second.phase == Phase::arriving) return refuse("event", event + " is still on its way");
  it->second = {Phase::leaving, now, entry(o->at, -1, o->ground.width)};
  return {};
}

void Plot::settle(const std::string& id, Play& p, double now) {
  stage_.show(id);
  p.phase = Phase::visible;
  p.since = now;
  p.switched = false;
}

// Carried goods: the porter walks in, bends over the place, walks out; the object changes hands
// while he stands before it.
void Plot::step_porter(const SceneObject& o, Play& p, double now, std::vector<Figure>& figures) {
  const bool bringing = p.phase != Phase::leaving;
  const cv::Point2d away = scene_.plate.empty() ? scene_.projection.away() : cv::Point2d(0, 1);
  const cv::Point2d spot = o.at - away * (o.ground.height / 2 + 0.35);
  const cv::Point2d from = p.from - away * (o.ground.height / 2 + 0.35);
  const double way = length(spot - from), t = now - p.since;
  // After bringing, the clock of the visible phase started at the hand-over.
  const double walk_in = way / kWalk, shift = p.phase == Phase::visible ? walk_in + kPause / 2 : 0;
  const double at = t + shift;
  Figure f;
  bool loaded = bringing;
  if (at < walk_in) {
    f.at = from + (spot - from) * (at / walk_in);
    f.heading = std::atan2(spot.x - from.x, spot.y - from.y);
    f.pose = -1;
  } else if (at < walk_in + kPause) {
    f.at = spot;
    f.heading = std::atan2(away.x, away.y);
    f.pose = 8;
    const bool half = at >= walk_in + kPause / 2;
    loaded = half ? !bringing : bringing;
    if (half && p.phase == Phase::arriving) settle(o.id, p, now);
    if (half && p.phase == Phase::leaving && !p.switched) {
      stage_.hide(o.id);
      p.switched = true;
    }
  } else {
    const double out = (at - walk_in - kPause) / walk_in;
    if (out >= 1) {
      p.switched = true;
      return;
    }
    loaded = !bringing;
    f.at = spot + (from - spot) * out;
    f.heading = std::atan2(from.x - spot.x, from.y - spot.y);
    f.pose = -1;
  }
  f.sheet = loaded ? atlas_.of_kind("carrier").front() : atlas_.named("worker");
  if (f.sheet == nullptr) f.sheet = atlas_.of_kind("person").front();
  if (f.pose < 0) f.pose = stride(*f.sheet, at * kWalk);
  figures.push_back(f);
}

// A stall is pushed in by its owner, a van drives in; the crop itself moves.
void Plot::step_wheeled(const SceneObject& o, Play& p, double now, std::vector<Figure>& figures) {
  if (p.phase == Phase::visible) return;
  const bool van = o.kind == "van";
  const double way = length(o.at - p.from),
               total = way / (van ? kDrive : kPush) * (van ? 1.5 : 1.0);
  double t = std::clamp((now - p.since) / total, 0.0, 1.0);
  if (p.phase == Phase::arriving && t >= 1) return settle(o.id, p, now);
  if (p.phase == Phase::leaving && !p.switched) {
    stage_.hide(o.id);
    p.switched = true;
  }
  // A van brakes into its place and pulls out of it.
  if (van) t = p.phase == Phase::arriving ? 1 - (1 - t) * (1 - t) : t * t;
  const cv::Point2d a = p.phase == Phase::arriving ? p.from : o.at,
                    b = p.phase == Phase::arriving ? o.at : p.from;
  Figure f;
  f.object = &o;
  f.at = a + (b - a) * t;
  f.height = van ? -0.14 : 0.0;
  f.slack = 1.2;
  figures.push_back(f);
  if (van) return;
  Figure owner;
  owner.sheet = atlas_.of_kind("person").front();
  const double side = b.x > a.x ? -1 : 1;
  owner.at = f.at + cv::Point2d(side * (o.ground.width / 2 + 0.3), -0.2);
  owner.heading = std::atan2(b.x - a.x, b.y - a.y);
  owner.pose = stride(*owner.sheet, t * way);
  figures.push_back(owner);
}

void Plot::gather(double now) {
  const auto& crowd = *scene_.crowd;
  const auto sheets = atlas_.of_kind("person");
  std::uniform_real_distribution<double> unit(0, 1);
  for (int i = 0; i < crowd.count; ++i) {
    const double a = 6.283 * i / crowd.count + unit(random_) * 0.6,
                 r = crowd.radius * (0.6 + 0.4 * unit(random_));
    Member m{};
    m.home = crowd.centre + cv::Point2d(r * std::cos(a), r * std::sin(a) * 0.7);
    m.outside = entry(m.home, i % 2 == 0 ? 1 : -1);
    m.outside.x += (m.outside.x > m.home.x ? 1 : -1) * unit(random_) * 3;
    m.at = m.outside;
    m.goal = m.home;
    m.next = now;
    m.pose = 8;
    m.sheet = sheets[static_cast<size_t>(i) % sheets.size()];
    m.tone = some_tone(random_);
    crowd_.push_back(m);
  }
  crowd_phase_ = Phase::arriving;
  crowd_since_ = now;
}

void Plot::step_crowd(double now, double dt, std::vector<Figure>& figures) {
  if (crowd_.empty()) return;
  const auto& crowd = *scene_.crowd;
  std::uniform_real_distribution<double> unit(0, 1);
  bool all_home = true, all_gone = true;
  for (auto& m : crowd_) {
    const cv::Point2d d = m.goal - m.at;
    const double left = length(d), most = (crowd_phase_ == Phase::visible ? 0.7 : kWalk) * dt;
    if (left > 0.02) {
      m.at += left > most ? d * (most / left) : d;
      m.walked += std::min(left, most);
      m.heading = std::atan2(d.x, d.y);
    } else if (crowd_phase_ != Phase::leaving && now >= m.next) {
      // Shifting about as people do: a small step, another way to stand, a look to somebody else.
      m.next = now + 0.8 + unit(random_) * 1.3;
      m.pose = 8 + static_cast<int>(unit(random_) * 3);
      const auto& other =
          crowd_[static_cast<size_t>(unit(random_) * static_cast<double>(crowd_.size()))];
      const cv::Point2d look = (&other == &m ? crowd.centre : other.at) - m.at;
      m.heading = std::atan2(look.x, look.y) + (unit(random_) - 0.5) * 0.7;
      if (unit(random_) < 0.65) {
        m.goal = m.home + cv::Point2d((unit(random_) - 0.5) * 0.9, (unit(random_) - 0.5) * 0.7);
      }
    }
    all_home = all_home && length(m.home - m.at) < 1.2;
    all_gone = all_gone && length(m.outside - m.at) < 0.05;
    Figure f;
    f.sheet = m.sheet;
    f.at = m.at;
    f.heading = m.heading;
    f.tone = m.tone;
    f.pose = left > 0.02 ? stride(*m.sheet, m.walked) : m.pose;
    figures.push_back(f);
  }
  if (crowd_phase_ == Phase::arriving && all_home) {
    crowd_phase_ = Phase::visible;
    crowd_since_ = now;
  }
  if (crowd_phase_ == Phase::leaving && all_gone) crowd_.clear();
}

void Plot::step(double now, double dt, std::vector<Figure>& figures) {
  for (auto& [id, play] : plays_) {
    const auto& o = *scene_.object(id);
    if (wheeled(o)) {
      step_wheeled(o, play, now, figures);
    } else if (play.phase != Phase::visible || !play.switched) {
      step_porter(o, play, now, figures);
    }
  }
  std::erase_if(plays_, [&](const auto& entry_of) {
    const auto& [id, p] = entry_of;
    if (p.phase != Phase::leaving || stage_.shows(id)) return false;
    const auto& o = *scene_.object(id);
    const double way = length(o.at - p.from);
    const double total = o.kind == "van" ? way / kDrive * 1.5
                         : wheeled(o)    ? way / kPush
                                         : 2 * way / kWalk + kPause;
    return now - p.since >= total;
  });
  step_crowd(now, dt, figures);
  // A lamp flickers once as it comes on.
  const double lit = now - lamp_at_;
  stage_.set_lamp(lamp_on_ && (lit < 0.15 || lit >= 0.4));
}

std::vector<Standing> Plot::standing() const {
  std::vector<Standing> out;
  for (const auto& [id, p] : plays_) {
    const bool cleared = p.phase == Phase::leaving && p.switched && !wheeled(*scene_.object(id));
    out.push_back({id, cleared ? Phase::cleared : p.phase, p.since});
  }
  if (!crowd_.empty()) out.push_back({scene_.crowd->id, crowd_phase_, crowd_since_});
  if (lamp_on_) out.push_back({scene_.light_step, Phase::visible, lamp_at_});
  return out;
}

Obstacles Plot::obstacles() const {
  Obstacles out;
  for (const auto& [id, p] : plays_) out.push_back(scene_.object(id)->ground);
  if (!crowd_.empty()) {
    const auto& c = *scene_.crowd;
    out.emplace_back(c.centre.x - c.radius, c.centre.y - c.radius, 2 * c.radius, 2 * c.radius);
  }
  return out;
}

}  // namespace xunjie::street
