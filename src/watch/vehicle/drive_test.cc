// Geometry and judgement of a car's camera, on streets drawn in the tests.
#include "watch/vehicle/drive.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "watch/vehicle/assignment.h"
#include "watch/vehicle/setup.h"

namespace xunjie::watch::vehicle {
namespace {

constexpr domain::LonLat kOrigin{121.5055, 31.2825};
constexpr double kAspect = 16.0 / 9;
const Mounting kMounting{.height_m = 1.9, .yaw_deg = 45, .pitch_deg = 4, .hfov_deg = 90};

TEST(Assignment, FindsTheLeastSumAsAllPermutationsWould) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> cost(0, 10);
  for (int trial = 0; trial < 200; ++trial) {
    constexpr std::size_t kN = 5;
    double matrix[kN][kN];
    std::vector<Pairing> pairs;
    for (std::size_t i = 0; i < kN; ++i) {
      for (std::size_t j = 0; j < kN; ++j) pairs.push_back({i, j, matrix[i][j] = cost(random)});
    }
    std::vector<std::size_t> order(kN);
    std::iota(order.begin(), order.end(), 0);
    double least = 1e9;
    do {
      double sum = 0;
      for (std::size_t i = 0; i < kN; ++i) sum += std::min(matrix[i][order[i]], 6.0);
      least = std::min(least, sum);
    } while (std::next_permutation(order.begin(), order.end()));
    const auto chosen = assign(pairs, 6);
    double sum = 6.0 * static_cast<double>(kN - chosen.size());
    for (const auto& p : chosen) sum += p.cost;
    EXPECT_NEAR(sum, least, 1e-6);
  }
}

TEST(Assignment, PrefersWhatIsBestForAllOverWhoComesFirst) {
  const auto chosen =
      assign(std::vector<Pairing>{{0, 0, 1}, {0, 1, 2}, {1, 0, 1.5}, {1, 1, 9}}, 10);
  ASSERT_EQ(chosen.size(), 2U);
  EXPECT_EQ(chosen[0].right, 1U);
  EXPECT_EQ(chosen[1].right, 0U);
}

Pose pose_at(Metres2 at, double heading) {
  Pose pose;
  pose.position = at;
  pose.heading_deg = heading;
  pose.heading_error_deg = 0.6;
  pose.speed_mps = 8;
  pose.error_m = 3;
  return pose;
}

TEST(View, GroundAndPictureAreEachOthersInverse) {
  for (const double heading : {0.0, 77.0, 213.0}) {
    const auto view = View::of(kMounting, pose_at({10, -5}, heading), kAspect);
    for (const double bearing : {5.0, 40.0, 85.0}) {
      for (const double away : {4.0, 12.0, 28.0}) {
        const Metres2 at = Metres2{10, -5} + towards(heading + bearing) * away;
        const auto p = view->picture(at);
        ASSERT_TRUE(p);
        const auto back = view->ground(*p, 100);
        ASSERT_TRUE(back);
        EXPECT_LT(length(*back - at), 1e-6);
      }
    }
  }
}

TEST(View, SpreadGrowsWithDistanceAndTheHorizonPlacesNothing) {
  const auto view = View::of(kMounting, pose_at({}, 0), kAspect);
  const auto foot = [&](double away) {
    const auto p = *view->picture(towards(45) * away);
    return domain::PictureBox{p.x - 0.02, p.y - 0.05, 0.04, 0.05};
  };
  const double near = error_of(view->place(foot(6), 40, {})->spread);
  const double far = error_of(view->place(foot(24), 40, {})->spread);
  EXPECT_GT(far, 4 * near);
  EXPECT_FALSE(view->ground({0.5, 0.3}, 1000));
  EXPECT_FALSE(view->place(foot(24), 20, {}));
  Pose lost = pose_at({}, 0);
  lost.heading_deg.reset();
  EXPECT_FALSE(View::of(kMounting, lost, kAspect));
}

domain::ShopPlace shop(const std::string& id, Metres2 at, double width, double faces) {
  return {domain::ShopId(id), Plane(kOrigin).to_world(at), width, faces};
}

TEST(Frontage, TakesTheSideTheThingWasSeenOnAndIsUnsureBetweenTwo) {
  const Plane plane(kOrigin);
  // The car drives north; shops east of it look west, shops west of it look east.
  const std::vector shops{shop("east-a", {12, 0}, 8, 270), shop("east-b", {12, 8}, 8, 270),
                          shop("west", {-12, 0}, 8, 90)};
  const auto sure = nearest_frontage({{{10, 0}, round_spread(1.5)}, 0, 9}, shops, plane, {});
  EXPECT_EQ(sure->shop.value, "east-a");
  EXPECT_GT(sure->confidence, 0.85);
  const auto between = nearest_frontage({{{10, 4}, round_spread(1.5)}, 0, 9}, shops, plane, {});
  EXPECT_LT(between->confidence, 0.6);
  // The receiver is 15 m off to the west: the side of the car still says east.
  const auto shifted = nearest_frontage({{{-5, 0}, round_spread(8)}, 0, 9}, shops, plane, {});
  EXPECT_NE(shifted->shop.value, "west");
  EXPECT_EQ(nearest_frontage({{{-10, 0}, round_spread(1.5)}, 180, 9}, shops, plane, {})->shop.value,
            "west");
}

// A street driven north at 8 m/s, 4 m a look; what stands or moves is given by time.
class Street {
 public:
  struct Item {
    std::string label;
    Metres2 at;
    Metres2 velocity;
    double width_m = 1.2, height_m = 1;
    std::vector<float> appearance{1, 0, 0};
  };
  explicit Street(std::vector<domain::ShopPlace> shops = {})
      : drive_(camera(), kMounting, Plane(kOrigin), std::move(shops), {}) {}

  // One pass; `hidden` looks are unsound.
  void pass(const std::vector<Item>& items, bool sound = true) {
    for (int i = 0; i < 25; ++i) {
      const double t = i * 0.5;
      const Pose pose = at(t);
      VehicleLook look{pose.at, kAspect, sound, {}};
      const auto view = View::of(kMounting, pose, kAspect);
      for (const auto& item : items) see(*view, item, t, look);
      for (const auto& report : drive_.look(look, pose)) keep(report);
    }
    for (const auto& report : drive_.finish()) keep(report);
    start_ = start_ + minutes(30);
  }

  // What the drive knows at kGoods' place is known a second time, `north_m` off and found, as when
  // a receiver was far off for one pass.
  void know_twice(double north_m, std::vector<float> appearance) {
    auto things = drive_.known().all();
    auto open = drive_.open();
    KnownThing again = things.front();
    again.id = things.back().id + 1;
    again.place.at = again.place.at + Metres2{0, north_m};
    again.ground.at = again.ground.at + Metres2{0, north_m};
    again.appearance = std::move(appearance);
    again.finding = domain::FindingId("F-again");
    open.push_back({again.finding, domain::ViolationKindId("store_overflow"), {}, again.place.at});
    things.push_back(again);
    drive_.restore(std::move(things), std::move(open));
  }

  std::vector<DriveRaised> raised;
  std::vector<DriveCleared> cleared;

 private:
  static ports::CameraConfig camera() {
    ports::CameraConfig camera;
    camera.id = domain::CameraId("car");
    ports::Zone zone;
    zone.id = domain::ZoneId("right");
    zone.polygon = {{0, 0.2}, {1, 0.2}, {1, 1}, {0, 1}};
    zone.watch = {{domain::ViolationKindId("store_overflow"), seconds(600)},
                  {domain::ViolationKindId("street_vending"), seconds(2)}};
    camera.zones = {zone};
    return camera;
  }
  [[nodiscard]] Pose at(double t) const {
    Pose pose = pose_at({0, -50 + 8 * t}, 0);
    pose.at = start_ + Micros{static_cast<std::int64_t>(t * 1e6)};
    pose.travelled_m = 8 * t;
    return pose;
  }
  static void see(const View& view, const Item& item, double t, VehicleLook& look) {
    const Metres2 where = item.at + item.velocity * t;
    const Metres2 away = where - view.lens();
    if (length(away) > 35) return;
    const Metres2 half = towards(bearing_of(away) + 90) * (item.width_m / 2);
    const auto foot = view.picture(where), top = view.picture(where, item.height_m);
    const auto left = view.picture(where - half), right = view.picture(where + half);
    if (!foot || !top || !left || !right || foot->y > 1 || left->x < 0 || right->x > 1) return;
    look.detections.push_back({{left->x, top->y, right->x - left->x, foot->y - top->y},
                               item.label,
                               0.9,
                               item.appearance});
  }
  void keep(const PassReport& report) {
    raised.insert(raised.end(), report.raised.begin(), report.raised.end());
    cleared.insert(cleared.end(), report.cleared.begin(), report.cleared.end());
  }

  Drive drive_;
  UtcMicros start_{1'772'416'800'000'000};
};

const Street::Item kGoods{"goods", {8, 0}, {}};

TEST(Drive, DwellIsProvedByASecondPassAndSaidOnce) {
  Street street({shop("a", {10, 0}, 12, 270)});
  street.pass({kGoods});
  EXPECT_TRUE(street.raised.empty());
  street.pass({kGoods});
  ASSERT_EQ(street.raised.size(), 1U);
  const auto& e = street.raised[0];
  EXPECT_EQ(e.violation.value, "store_overflow");
  EXPECT_GE((e.at - e.since).seconds(), 1800);
  EXPECT_LT(length(Plane(kOrigin).to_plane(e.position) - kGoods.at), 1);
  EXPECT_EQ(e.shop.value, "a");
  street.pass({kGoods});
  EXPECT_EQ(street.raised.size(), 1U);
  EXPECT_TRUE(street.cleared.empty());
}

TEST(Drive, ShortDwellsAreProvedWithinOnePassByParallax) {
  Street street;
  street.pass({{"stall", {8, 0}, {}}});
  EXPECT_EQ(street.raised.size(), 1U);
}

TEST(Drive, WhatWalksOrRollsIsNoFinding) {
  Street street;
  street.pass({{"stall", {8, -20}, {0, 1.2}},
               {"stall", {7, 20}, {0, -1.2}},
               {"stall", {6, 0}, {0, 5}},
               {"person", {8, 0}, {}},
               {"vehicle", {5, 10}, {}}});
  EXPECT_TRUE(street.raised.empty());
}

TEST(Drive, OneFindingPerPlaceAndKind) {
  Street street({shop("a", {10, 0}, 12, 270)});
  const std::vector<Street::Item> items{kGoods, {"goods", {8, 2.5}, {}, 1, 1, {0, 1, 0}}};
  street.pass(items);
  street.pass(items);
  EXPECT_EQ(street.raised.size(), 1U);
  street.pass({kGoods});  // half of it is gone: the finding stays
  EXPECT_TRUE(street.cleared.empty());
}

TEST(Drive, GoneNeedsAPassThatSawThePlace) {
  Street street;
  const Street::Item landmark{"goods", {8, 25}, {}, 1, 1, {0, 0, 1}};
  street.pass({kGoods, landmark});
  street.pass({kGoods, landmark});
  ASSERT_EQ(street.raised.size(), 2U);
  // A van before it, a picture that cannot be judged: neither proves anything.
  street.pass({landmark, {"vehicle", {5.5, 0}, {}, 7, 2.5}});
  street.pass({landmark}, false);
  EXPECT_TRUE(street.cleared.empty());
  street.pass({landmark});
  ASSERT_EQ(street.cleared.size(), 1U);
  const auto of_goods = std::find_if(street.raised.begin(), street.raised.end(), [](const auto& e) {
    return length(Plane(kOrigin).to_plane(e.position) - kGoods.at) < 2;
  });
  EXPECT_EQ(street.cleared[0].id, of_goods->id);
}

TEST(Drive, WhatMayGoByAnotherNameIsNotGone) {
  for (const bool alike : {true, false}) {
    Street street;
    street.pass({kGoods});
    street.pass({kGoods});
    street.know_twice(9, alike ? kGoods.appearance : std::vector<float>{0, 1, 0});
    street.pass({kGoods});
    EXPECT_EQ(street.cleared.size(), alike ? 0U : 1U);
  }
}

TEST(Drive, WhatMayBeFoundAlreadyIsNotToldAgain) {
  for (const bool alike : {true, false}) {
    Street street;
    street.pass({kGoods});
    street.know_twice(-9, alike ? kGoods.appearance : std::vector<float>{0, 1, 0});
    street.pass({kGoods});
    EXPECT_EQ(street.raised.size(), alike ? 0U : 1U);
    // Both are seen: they are two.
    street.pass({kGoods, {"goods", {8, -9}, {}}});
    EXPECT_EQ(street.raised.size(), 1U);
  }
}

TEST(Setup, ReadsTheSectionsAndNamesWhatIsWrong) {
  const auto with = [](const std::string& mounting, const std::string& track,
                       const std::string& fronts) {
    return setup_from_json("{\"mounting\":" + mounting + ",\"track\":" + track +
                           ",\"frontages\":" + fronts + "}");
  };
  const std::string mounting = R"({"height_m":1.9,"yaw_deg":45,"pitch_deg":4,"hfov_deg":90})";
  const std::string track = R"({"source":"a.nmea","clock_offset_s":-1.5,"look_every_m":6})";
  const auto sound = with(mounting, track,
                          R"([{"shop":"s-1","position":{"lon":121.5,"lat":31.2},"faces_deg":90}])");
  ASSERT_TRUE(sound.ok()) << sound.error().message;
  EXPECT_EQ(sound->clock_offset.count, -1'500'000);
  EXPECT_EQ(sound->look_every_m, 6);
  EXPECT_EQ(*sound->frontages[0].faces_deg, 90);
  const auto field = [&](const auto& result) {
    return result.ok() ? "none" : result.error().field;
  };
  EXPECT_EQ(field(with(R"({"height_m":1.9,"yaw_deg":45,"pitch_deg":4})", track, "[]")),
            "mounting.hfov_deg");
  EXPECT_EQ(field(with(R"({"height_m":19,"yaw_deg":45,"pitch_deg":4,"hfov_deg":90})", track, "[]")),
            "mounting.height_m");
  EXPECT_EQ(field(with(mounting, R"({"source":"a","roll":1})", "[]")), "track.roll");
  EXPECT_EQ(field(with(mounting, "{}", "[]")), "track.source");
  EXPECT_EQ(field(with(mounting, track, R"([{"shop":"a","position":{"lon":1}}])")),
            "frontages[0].position.lat");
  EXPECT_EQ(field(setup_from_json("{}")), "mounting");
}

}  // namespace
}  // namespace xunjie::watch::vehicle
