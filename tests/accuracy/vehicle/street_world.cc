#include "street_world.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace xunjie::accuracy {
namespace {

using watch::vehicle::towards;

constexpr domain::LonLat kOrigin{121.5055, 31.2825};
constexpr int kDescriptor = 48;

double uniform(std::mt19937& random, double from, double until) {
  return std::uniform_real_distribution<double>(from, until)(random);
}

bool chance(std::mt19937& random, double p) {
  return uniform(random, 0, 1) < p;
}

void normalise(std::vector<float>& v) {
  double sum = 0;
  for (const float x : v) sum += static_cast<double>(x) * static_cast<double>(x);
  for (float& x : v) x = static_cast<float>(static_cast<double>(x) / std::sqrt(sum));
}

std::vector<double> shares(std::mt19937& random, double alpha) {
  std::gamma_distribution<double> gamma(alpha, 1);
  std::vector<double> out(kDescriptor);
  double sum = 0;
  for (double& x : out) sum += x = gamma(random);
  for (double& x : out) x /= sum;
  return out;
}

}  // namespace

std::vector<float> random_appearance(const std::string& label, std::mt19937& random) {
  std::mt19937 kin(static_cast<unsigned>(std::hash<std::string>{}(label)));
  const auto common = shares(kin, 0.4), own = shares(random, 0.4);
  std::vector<float> out(kDescriptor);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<float>(std::sqrt(0.45 * common[i] + 0.55 * own[i]));
  normalise(out);
  return out;
}

std::vector<float> disturbed(const std::vector<float>& appearance, double by,
                             std::mt19937& random) {
  std::normal_distribution<double> noise(0, by / std::sqrt(kDescriptor));
  std::vector<float> out = appearance;
  for (float& x : out)
    x = static_cast<float>(std::max(0.0, static_cast<double>(x) + noise(random)));
  normalise(out);
  return out;
}

StreetWorld::StreetWorld(const WorldOptions& options) : options_(options), plane_(kOrigin) {
  std::mt19937 random(options.seed);
  lay_out();
  open_shops(random);
  furnish(random);
}

// Gentle bends, and a corner of 80 degrees half way.
void StreetWorld::lay_out() {
  Metres2 p;
  const int n = static_cast<int>(options_.length_m) + 1;
  for (int i = 0; i < n; ++i) {
    const double s = i;
    const double corner = std::clamp((s - options_.length_m / 2) / 30, 0.0, 1.0) * 80;
    const double heading = 30 + 12 * std::sin(2 * std::numbers::pi * s / 900) + corner;
    middle_.push_back(p);
    headings_.push_back(heading);
    p = p + towards(heading);
  }
}

double StreetWorld::heading_deg(double s) const {
  const double at = std::clamp(s, 0.0, static_cast<double>(headings_.size()) - 1.001);
  const auto i = static_cast<std::size_t>(at);
  const double part = at - static_cast<double>(i);
  return headings_[i] * (1 - part) + headings_[i + 1] * part;
}

Metres2 StreetWorld::at(double s, double side) const {
  const double within = std::clamp(s, 0.0, static_cast<double>(middle_.size()) - 1.001);
  const auto i = static_cast<std::size_t>(within);
  const double part = within - static_cast<double>(i);
  const Metres2 middle = middle_[i] * (1 - part) + middle_[i + 1] * part;
  return middle + towards(heading_deg(s)) * (s - within) + towards(heading_deg(s) + 90) * side;
}

// Rows of three to six adjoining shops on both sides, with plain walls in between.
void StreetWorld::open_shops(std::mt19937& random) {
  for (const int side : {1, -1}) {
    double s = 40 + uniform(random, 0, 40);
    while (s < options_.length_m - 80) {
      const int row = std::uniform_int_distribution<int>(3, 6)(random);
      for (int i = 0; i < row; ++i) {
        const double width = uniform(random, 5, 11);
        Shop shop;
        shop.s = s + width / 2;
        shop.side = side;
        shop.place.id = domain::ShopId("shop-" + std::to_string(shops_.size() + 1));
        shop.place.position = plane_.to_world(at(shop.s, side * options_.facade_m));
        shop.place.frontage_m = width;
        shop.place.faces_deg = std::fmod(heading_deg(shop.s) - side * 90 + 720, 360.0);
        shops_.push_back(shop);
        s += width;
      }
      s += uniform(random, 30, 110);
    }
  }
}

Thing StreetWorld::thing_before(const Shop& shop, int round, std::mt19937& random) {
  Thing thing;
  thing.id = static_cast<int>(things_.size()) + 1;
  const double kind = uniform(random, 0, 1);
  thing.label = kind < 0.55 ? "goods" : kind < 0.75 ? "stall" : kind < 0.9 ? "signboard" : "pile";
  thing.s = shop.s + uniform(random, -0.3, 0.3) * shop.place.frontage_m;
  thing.side = shop.side * (options_.facade_m - uniform(random, 0.8, 3));
  thing.at = at(thing.s, thing.side);
  thing.width_m = uniform(random, 0.8, 2.4);
  thing.height_m = uniform(random, 0.7, 1.6);
  thing.shop = shop.place.id.value;
  thing.appearance = random_appearance(thing.label, random);
  thing.from_round = round;
  return thing;
}

void StreetWorld::furnish(std::mt19937& random) {
  std::vector<int> occupant(shops_.size(), 0);
  for (int round = 0; round < options_.rounds; ++round) {
    for (std::size_t i = 0; i < shops_.size(); ++i) {
      if (occupant[i] != 0 && chance(random, options_.removed)) {
        things_[static_cast<std::size_t>(occupant[i]) - 1].until_round = round;
        occupant[i] = 0;
      } else if (occupant[i] == 0 &&
                 chance(random, round == 0 ? options_.occupied : options_.added)) {
        things_.push_back(thing_before(shops_[i], round, random));
        occupant[i] = things_.back().id;
      }
    }
  }
}

std::vector<domain::ShopPlace> StreetWorld::frontages() const {
  std::vector<domain::ShopPlace> out;
  for (const auto& shop : shops_) out.push_back(shop.place);
  return out;
}

}  // namespace xunjie::accuracy
