#include "car_sim.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <numbers>

namespace xunjie::accuracy {
namespace {

using watch::vehicle::Detection;
using watch::vehicle::Pose;
using watch::vehicle::towards;
using watch::vehicle::View;

constexpr double kStep = 0.1;
constexpr double kReachM = 45;
constexpr double kTunnelFrom = 0.65, kTunnelM = 100;  // of the way
constexpr double kLeastPicture = 0.012;               // of the height: smaller is not detected

double normal(std::mt19937& random, double error) {
  return error > 0 ? std::normal_distribution<double>(0, error)(random) : 0;
}
double uniform(std::mt19937& random, double from, double until) {
  return std::uniform_real_distribution<double>(from, until)(random);
}

double overlap(const domain::PictureBox& a, const domain::PictureBox& b) {
  const double w = std::min(a.x + a.w, b.x + b.w) - std::max(a.x, b.x);
  const double h = std::min(a.y + a.h, b.y + b.h) - std::max(a.y, b.y);
  return w > 0 && h > 0 ? w * h / (a.w * a.h) : 0;
}

std::string degrees_text(double value, int digits, const char* letters) {
  const double size = std::abs(value);
  const int whole = static_cast<int>(size);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%0*d%08.5f,%c", digits, whole, (size - whole) * 60,
                value < 0 ? letters[1] : letters[0]);
  return text.data();
}

}  // namespace

std::string nmea_line(const std::string& body) {
  int sum = 0;
  for (const char c : body) sum ^= static_cast<unsigned char>(c);
  std::array<char, 8> check{};
  std::snprintf(check.data(), check.size(), "*%02X\r\n", sum);
  return "$" + body + check.data();
}

CarSim::CarSim(const StreetWorld& world, int round, bool back,
               const watch::vehicle::Mounting& mounting, const NoiseOptions& noise, unsigned seed)
    : world_(world),
      round_(round),
      back_(back),
      mounting_(mounting),
      noise_(noise),
      seed_(seed),
      random_(seed * 7919 + 13) {
  drive(random_);
  populate(random_);
  for (const auto& thing : world.things())
    pass_appearance_.push_back(disturbed(thing.appearance, noise.appearance_pass, random_));
}

// 5 to 11 m/s, two stops of 25 s, lane changes every 120 to 350 m.
void CarSim::drive(std::mt19937& random) {
  const double length = world_.length_m();
  std::vector<double> stops{uniform(random, 0.2, 0.4) * length, uniform(random, 0.7, 0.9) * length};
  double way = 5, speed = 0, wanted = 8, lane = 1.75, goal = lane;
  double next_speed = 60, next_lane = uniform(random, 120, 350), standing = 0;
  for (double t = 0; way < length - 5; t += kStep) {
    if (way > next_speed) {
      wanted = uniform(random, 5, 11);
      next_speed = way + uniform(random, 40, 120);
    }
    if (way > next_lane) {
      goal = goal < 3 ? 5 : 1.75;
      next_lane = way + uniform(random, 120, 350);
    }
    const bool at_stop = !stops.empty() && way > stops.front() - speed * speed / 3;
    const double goal_speed = at_stop ? 0 : wanted;
    speed += std::clamp(goal_speed - speed, -1.8 * kStep, 1.2 * kStep);
    if (at_stop && speed < 0.05 && (standing += kStep) > 25) {
      stops.erase(stops.begin());
      standing = 0;
    }
    way += speed * kStep;
    const double shift =
        std::clamp(goal - lane, -1.1 * kStep, 1.1 * kStep) * std::min(1.0, speed / 5);
    lane += shift;
    TruePose pose;
    pose.t = t;
    pose.s = back_ ? length - way : way;
    pose.side = back_ ? -lane : lane;
    pose.at = world_.at(pose.s, pose.side);
    pose.speed_mps = std::hypot(speed, shift / kStep);
    const double slip = speed > 0.5 ? std::atan2(shift / kStep, speed) * 180 / std::numbers::pi : 0;
    pose.heading_deg =
        std::fmod(world_.heading_deg(pose.s) + (back_ ? 180 : 0) + slip + 720, 360.0);
    poses_.push_back(pose);
  }
}

void CarSim::populate(std::mt19937& random) {
  const auto put = [&](int count, const std::string& label, double from, double until,
                       double speed) {
    for (int i = 0; i < count; ++i) {
      Other other;
      other.label = label;
      other.s = uniform(random, 0, world_.length_m());
      const double side = world_.options().facade_m - uniform(random, from, until);
      other.side = uniform(random, 0, 1) < 0.5 ? side : -side;
      other.speed_mps = speed * (uniform(random, 0, 1) < 0.5 ? 1 : -1) * uniform(random, 0.8, 1.2);
      other.width_m = label == "vehicle" ? 4.6 : label == "person" ? 0.5 : 0.9;
      other.height_m = label == "vehicle" ? 1.9 : label == "person" ? 1.7 : 1.1;
      other.appearance = random_appearance(label, random);
      others_.push_back(std::move(other));
    }
  };
  put(noise_.vans, "vehicle", 4.5, 5.2, 0);
  put(noise_.walkers, "person", 0.7, 4, 1.3);
  put(noise_.trolleys, "goods", 0.7, 4, 1.2);
}

TruePose CarSim::pose(double t) const {
  const double at = std::clamp(t / kStep, 0.0, static_cast<double>(poses_.size()) - 1.001);
  const auto i = static_cast<std::size_t>(at);
  const double part = at - static_cast<double>(i);
  TruePose out = poses_[i];
  const TruePose& next = poses_[i + 1];
  out.t = t;
  out.s += (next.s - out.s) * part;
  out.side += (next.side - out.side) * part;
  out.at = out.at + (next.at - out.at) * part;
  out.heading_deg += watch::vehicle::turn_deg(out.heading_deg, next.heading_deg) * part;
  out.speed_mps += (next.speed_mps - out.speed_mps) * part;
  return out;
}

std::string CarSim::nmea(UtcMicros start) const {
  std::mt19937 random(seed_ * 104729 + 7);
  const double drift_error = noise_.gps_m * noise_.drift_share;
  const double white = noise_.gps_m * std::sqrt(1 - noise_.drift_share * noise_.drift_share);
  const double keep = std::exp(-1 / noise_.drift_s);
  Metres2 drift{normal(random, drift_error), normal(random, drift_error)};
  std::string out;
  for (double t = 0; t < seconds(); t += 1) {
    const TruePose true_pose = pose(t);
    const double fresh = drift_error * std::sqrt(1 - keep * keep);
    drift = drift * keep + Metres2{normal(random, fresh), normal(random, fresh)};
    const Metres2 at = true_pose.at + drift + Metres2{normal(random, white), normal(random, white)};
    const double way = back_ ? world_.length_m() - true_pose.s : true_pose.s;
    const double into = way - kTunnelFrom * world_.length_m();
    if (noise_.tunnel && into > 0 && into < kTunnelM) continue;
    const Metres2 v = towards(true_pose.heading_deg) * true_pose.speed_mps +
                      Metres2{normal(random, noise_.speed_mps), normal(random, noise_.speed_mps)};
    const auto p = world_.plane().to_world(at);
    const std::string where = degrees_text(p.lat, 2, "NS") + "," + degrees_text(p.lon, 3, "EW");
    const std::int64_t micros = start.count + static_cast<std::int64_t>(t) * 1'000'000;
    const std::chrono::sys_time<std::chrono::microseconds> moment{
        std::chrono::microseconds(micros)};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date{day};
    const auto s = std::chrono::duration_cast<std::chrono::seconds>(moment - day).count();
    std::array<char, 32> time{}, motion{}, dmy{};
    std::snprintf(time.data(), time.size(), "%02d%02d%02d.00", static_cast<int>(s / 3600),
                  static_cast<int>(s / 60 % 60), static_cast<int>(s % 60));
    std::snprintf(motion.data(), motion.size(), "%.2f,%.2f", length(v) * 3600 / 1852,
                  watch::vehicle::bearing_of(v));
    std::snprintf(dmy.data(), dmy.size(), "%02u%02u%02d", static_cast<unsigned>(date.day()),
                  static_cast<unsigned>(date.month()), static_cast<int>(date.year()) % 100);
    out += nmea_line("GNGGA," + std::string(time.data()) + "," + where + ",1,12,1.0,8.0,M,8.0,M,,");
    out += nmea_line("GNRMC," + std::string(time.data()) + ",A," + where + "," + motion.data() +
                     "," + dmy.data() + ",,,A");
  }
  return out;
}

void CarSim::add_box(const View& view, Metres2 at, double width_m, double height_m, TrueBox what,
                     std::vector<TrueBox>& out) const {
  const Metres2 away = at - view.lens();
  what.distance_m = length(away);
  if (what.distance_m > kReachM) return;
  const Metres2 sideways = towards(watch::vehicle::bearing_of(away) + 90) * (width_m / 2);
  const auto foot = view.picture(at), top = view.picture(at, height_m);
  const auto left = view.picture(at - sideways), right = view.picture(at + sideways);
  if (!foot || !top || !left || !right) return;
  const double x0 = std::max(0.0, std::min(left->x, right->x));
  const double x1 = std::min(1.0, std::max(left->x, right->x));
  const double y0 = std::max(0.0, std::min(top->y, foot->y)), y1 = std::min(1.0, foot->y);
  const double whole = std::abs(right->x - left->x) * std::abs(foot->y - top->y);
  if (x1 - x0 <= 0.002 || y1 - y0 < kLeastPicture) return;
  // A detector does not know a thing by a rim of it, and its foot must be in the picture.
  if (what.thing != 0 && ((x1 - x0) * (y1 - y0) < 0.75 * whole || foot->y > 1)) return;
  what.box = {x0, y0, x1 - x0, y1 - y0};
  out.push_back(what);
}

std::vector<TrueBox> CarSim::picture(double t, double aspect) const {
  const TruePose now = pose(t);
  std::mt19937 random(seed_ * 31337 + static_cast<unsigned>(t * 1000));
  Pose true_pose;
  true_pose.position = now.at;
  true_pose.heading_deg = now.heading_deg + normal(random, noise_.body_yaw_deg);
  watch::vehicle::Mounting nodding = mounting_;
  nodding.pitch_deg += normal(random, noise_.body_pitch_deg);
  const auto view = View::of(nodding, true_pose, aspect);
  std::vector<TrueBox> out;
  for (std::size_t i = 0; i < world_.things().size(); ++i) {
    const auto& thing = world_.things()[i];
    if (!thing.stands(round_) || length(thing.at - now.at) > kReachM) continue;
    add_box(*view, thing.at, thing.width_m, thing.height_m,
            {{}, 0, thing.label, thing.id, &pass_appearance_[i], 0}, out);
  }
  for (const auto& other : others_) {
    const Metres2 at = world_.at(other.s + other.speed_mps * t, other.side);
    if (length(at - now.at) > kReachM) continue;
    add_box(*view, at, other.width_m, other.height_m, {{}, 0, other.label, 0, &other.appearance, 0},
            out);
  }
  std::sort(out.begin(), out.end(),
            [](const TrueBox& a, const TrueBox& b) { return a.distance_m < b.distance_m; });
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      out[i].covered = std::max(out[i].covered, overlap(out[i].box, out[j].box));
  }
  return out;
}

std::vector<Detection> CarSim::detect(const std::vector<TrueBox>& picture,
                                      std::vector<int>& truth) {
  std::vector<Detection> out;
  truth.clear();
  const auto emit = [&](const domain::PictureBox& b, const std::string& label, int thing,
                        const std::vector<float>& appearance) {
    const auto edge = [&](double size) { return normal(random_, noise_.box * size + 0.0015); };
    Detection d;
    const double left = edge(b.w), right = edge(b.w), top = edge(b.h), foot = edge(b.h);
    d.box = {b.x + left, b.y + top, std::max(0.002, b.w - left + right),
             std::max(0.002, b.h - top + foot)};
    d.label = label;
    d.score = uniform(random_, 0.5, 0.95);
    d.appearance = disturbed(appearance, noise_.appearance, random_);
    out.push_back(std::move(d));
    truth.push_back(thing);
  };
  for (const TrueBox& box : picture) {
    const bool big = box.label == "vehicle";
    const double missed = big ? noise_.missed / 4 : noise_.missed;
    if (box.covered > 0.4 || uniform(random_, 0, 1) < missed) continue;
    emit(box.box, box.label, box.thing, *box.appearance);
  }
  const int wrong = std::poisson_distribution<int>(noise_.false_boxes)(random_);
  for (int i = 0; i < wrong; ++i) {
    const double h = uniform(random_, 0.05, 0.2);
    emit({uniform(random_, 0.02, 0.8), uniform(random_, 0.45, 0.75), h * 0.8, h}, "goods", 0,
         random_appearance("goods", random_));
  }
  return out;
}

}  // namespace xunjie::accuracy
