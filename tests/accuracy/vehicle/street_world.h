// A made-up street of shops with truth: what stands where, and when.
//
// Metres in a plane; `s` is the way along the street's middle, `side` the distance to the right of
// it (looking along s). Everything follows from the seed.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "domain/matching.h"
#include "watch/vehicle/plane.h"

namespace xunjie::accuracy {

using watch::vehicle::Metres2;

struct Shop {
  domain::ShopPlace place;
  double s = 0;
  int side = 1;  // +1 right, -1 left of the street
};

struct Thing {
  int id = 0;  // from 1
  std::string label;
  Metres2 at;
  double s = 0, side = 0;
  double width_m = 1, height_m = 1;
  std::string shop;
  std::vector<float> appearance;
  int from_round = 0, until_round = 1'000'000;  // stands in rounds [from, until)
  [[nodiscard]] bool stands(int round) const { return round >= from_round && round < until_round; }
};

struct WorldOptions {
  unsigned seed = 1;
  int rounds = 3;
  double length_m = 2300;
  double facade_m = 12;   // from the street's middle
  double occupied = 0.4;  // shops with something before them
  double removed = 0.15;  // per thing and round
  double added = 0.06;    // per free shop and round
};

class StreetWorld {
 public:
  explicit StreetWorld(const WorldOptions& options);

  [[nodiscard]] Metres2 at(double s, double side) const;
  [[nodiscard]] double heading_deg(double s) const;
  [[nodiscard]] double length_m() const { return options_.length_m; }
  [[nodiscard]] const std::vector<Shop>& shops() const { return shops_; }
  [[nodiscard]] const std::vector<Thing>& things() const { return things_; }
  [[nodiscard]] const watch::vehicle::Plane& plane() const { return plane_; }
  [[nodiscard]] const WorldOptions& options() const { return options_; }
  [[nodiscard]] std::vector<domain::ShopPlace> frontages() const;

 private:
  void lay_out();
  void open_shops(std::mt19937& random);
  void furnish(std::mt19937& random);
  Thing thing_before(const Shop& shop, int round, std::mt19937& random);

  WorldOptions options_;
  watch::vehicle::Plane plane_;
  std::vector<Metres2> middle_;  // every metre
  std::vector<double> headings_;
  std::vector<Shop> shops_;
  std::vector<Thing> things_;
};

// A random descriptor like appearance.h makes: square roots of shares. `kin` pulls it towards what
// things of that label have in common.
std::vector<float> random_appearance(const std::string& label, std::mt19937& random);
std::vector<float> disturbed(const std::vector<float>& appearance, double by, std::mt19937& random);

}  // namespace xunjie::accuracy
