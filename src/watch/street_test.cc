#include "watch/street.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "watch/state_file.h"
#include "watch/test_scene.h"

namespace xunjie::watch {
namespace {

using ports::CameraState;

TEST(Street, RaisesAfterTheDwellAndClearsWhenTheStreetIsSeen) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 60, 2, kGoods);
  ASSERT_EQ(scene.raised.size(), 1U);
  EXPECT_NEAR(seconds_of(scene.raised[0].since), 20, 2);
  EXPECT_NEAR(seconds_of(scene.raised[0].at), 50, 3);
  EXPECT_NEAR(scene.raised[0].box.x, kPlace.x, 0.03);
  EXPECT_NEAR(scene.raised[0].box.h, kPlace.height, 0.05);
  scene.looks(60, 70, 2);
  ASSERT_EQ(scene.cleared.size(), 1U);
  EXPECT_EQ(scene.cleared[0].id, scene.raised[0].id);
  EXPECT_LE(seconds_of(scene.cleared[0].at), 64);
}

TEST(Street, ShorterThanTheDwellRaisesNothing) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 46, 2, kGoods);
  scene.looks(46, 120, 2);
  EXPECT_TRUE(scene.raised.empty());
}

TEST(Street, WhatStandsNeverTeachesTheEmptyStreet) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 3620, 10, kGoods);  // an hour, forty times the time constant of learning
  ASSERT_EQ(scene.raised.size(), 1U);
  EXPECT_TRUE(scene.cleared.empty());
  scene.looks(3620, 3632, 2);
  EXPECT_EQ(scene.cleared.size(), 1U);
}

TEST(Street, OcclusionDoesNotRestartTheDwell) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 32, 2, kGoods);
  scene.looks(32, 44, 2, [](TestScene& s) { s.put({0.35, 0.4, 0.25, 0.3}, 2); });  // a parked van
  scene.looks(44, 56, 2, kGoods);
  ASSERT_EQ(scene.raised.size(), 1U);
  EXPECT_NEAR(seconds_of(scene.raised[0].since), 20, 2);
}

TEST(Street, AGapInTheStreamDoesNotRestartTheDwell) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 28, 2, kGoods);
  scene.looks(60, 62, 2, kGoods);
  ASSERT_EQ(scene.raised.size(), 1U);
  EXPECT_NEAR(seconds_of(scene.raised[0].since), 20, 2);
}

TEST(Street, OnlyTheEmptyStreetClears) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 60, 2, kGoods);
  ASSERT_EQ(scene.raised.size(), 1U);
  int variant = 3;  // people, one after another, in front of it for two minutes
  scene.looks(60, 180, 2, [&](TestScene& s) { s.put({0.38, 0.45, 0.17, 0.22}, variant++); });
  EXPECT_TRUE(scene.cleared.empty());
  EXPECT_EQ(scene.street.look_result(0, scene.raised[0].id), ports::LookResult::cannot_see);
  scene.looks(180, 186, 2, kGoods);
  EXPECT_TRUE(scene.cleared.empty());
  EXPECT_EQ(scene.street.look_result(0, scene.raised[0].id), ports::LookResult::occupied);
  EXPECT_EQ(scene.raised.size(), 1U);
}

TEST(Street, PassersByDelayNoClearing) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 60, 2, kGoods);
  ASSERT_EQ(scene.raised.size(), 1U);
  // Someone walks from the left half of the place to the right one and back: each half shows the
  // street every other look, never twice in a row.
  int variant = 3;
  for (double s = 60; s < 70; s += 2) {
    const double x = variant % 2 == 0 ? 0.38 : 0.46;
    scene.look(s, [&](TestScene& t) { t.put({x, 0.4, 0.08, 0.3}, variant); });
    ++variant;
  }
  ASSERT_EQ(scene.cleared.size(), 1U);
  EXPECT_LE(seconds_of(scene.cleared[0].at), 66);
}

TEST(Street, WhatHidesAFindingIsLookedBehindSoonButNotForEver) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 60, 2, kGoods);
  ASSERT_EQ(scene.raised.size(), 1U);
  EXPECT_FALSE(scene.look(60, kGoods).maturing);
  const auto van = [](TestScene& s) { s.put({0.35, 0.4, 0.25, 0.3}, 2); };
  EXPECT_TRUE(scene.look(62, van).maturing);
  scene.looks(64, 70, 2, van);
  EXPECT_FALSE(scene.look(70, van).maturing);
}

TEST(Street, StandingPeopleWhoShiftAreNotStill) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  int i = 0;
  scene.looks(20, 140, 2, [&](TestScene& s) {
    ++i;
    for (int person = 0; person < 4; ++person) {
      const double sway = 0.012 * ((i * 7 + person * 3) % 5 - 2);
      s.put({0.3 + 0.07 * person + sway, 0.45, 0.05, 0.2}, 10 + person);
    }
  });
  EXPECT_TRUE(scene.raised.empty());
}

TEST(Street, ASecondPlacementIsANewFinding) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 60, 2, kGoods);
  scene.looks(60, 70, 2);
  scene.looks(70, 110, 2, kGoods);
  ASSERT_EQ(scene.raised.size(), 2U);
  EXPECT_NE(scene.raised[0].id, scene.raised[1].id);
  EXPECT_NEAR(seconds_of(scene.raised[1].since), 70, 2);
}

TEST(Street, TheFootDecidesTheZone) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  // Stands above the zone; and one so tall that it hangs over the zone's edge but stands inside.
  scene.looks(20, 80, 2, [](TestScene& s) { s.put({0.1, 0.1, 0.12, 0.2}, 1); });
  EXPECT_TRUE(scene.raised.empty());
  scene.looks(80, 140, 2, [](TestScene& s) {
    s.put({0.1, 0.1, 0.12, 0.2}, 1);
    s.put({0.7, 0.1, 0.1, 0.36}, 2);
  });
  EXPECT_EQ(scene.raised.size(), 1U);
}

TEST(Street, AThingPutUpInPartsIsJudgedAsOneWhereItStands) {
  ports::CameraConfig camera = test_camera();
  ports::Zone front = camera.zones[0];
  camera.zones[0].polygon = {{0, 0.6}, {1, 0.6}, {1, 1}, {0, 1}};
  front.id = domain::ZoneId("front");
  front.polygon = {{0, 0.3}, {1, 0.3}, {1, 0.6}, {0, 0.6}};
  camera.zones.push_back(front);
  TestScene scene(camera);
  scene.looks(0, 20, 2);
  const auto top = [](TestScene& s) { s.put({0.4, 0.42, 0.2, 0.14}, 1); };
  scene.looks(20, 26, 2, top);
  scene.looks(26, 70, 2, [&](TestScene& s) {
    top(s);
    s.put({0.4, 0.56, 0.2, 0.2}, 2);
  });
  ASSERT_EQ(scene.raised.size(), 1U);
  EXPECT_EQ(scene.raised[0].zone, 0U);
  EXPECT_EQ(scene.raised[0].begun, clock_at(20));
  EXPECT_EQ(scene.raised[0].since, clock_at(26));
}

TEST(Street, PermittedHoursSuppressAndTheDwellStartsAtTheirEnd) {
  ports::CameraConfig camera = test_camera();
  ports::Zone permitted = camera.zones[0];
  permitted.id = domain::ZoneId("terrace");
  permitted.kind = ports::ZoneKind::permitted;
  permitted.watch.clear();
  permitted.permitted_hours = {{0, 2}};  // until 00:02
  camera.zones.push_back(permitted);
  TestScene scene(camera);
  scene.looks(0, 20, 2);
  scene.looks(20, 148, 2, kGoods);
  EXPECT_TRUE(scene.raised.empty());
  scene.looks(148, 160, 2, kGoods);
  ASSERT_EQ(scene.raised.size(), 1U);
  EXPECT_NEAR(seconds_of(scene.raised[0].at), 150, 3);
}

TEST(Street, WhatStoodAtTheFirstLookIsPartOfTheStreetAndMayLeave) {
  TestScene scene(test_camera());
  scene.ground() = texture(scene.pixels(), 1, 120, 6);  // plain ground: the gap is plain
  scene.looks(0, 100, 2, kGoods);
  scene.looks(100, 200, 2);
  EXPECT_TRUE(scene.raised.empty());
  scene.looks(200, 240, 2, kGoods);  // coming back it is a placement
  EXPECT_EQ(scene.raised.size(), 1U);
}

TEST(Street, DismissedThingsBelongToTheStreet) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 60, 2, kGoods);
  ASSERT_EQ(scene.raised.size(), 1U);
  EXPECT_TRUE(scene.street.dismiss(scene.raised[0].id));
  EXPECT_FALSE(scene.street.dismiss(scene.raised[0].id));
  scene.looks(60, 160, 2, kGoods);
  EXPECT_EQ(scene.raised.size(), 1U);
  EXPECT_TRUE(scene.cleared.empty());
}

TEST(Street, ANudgedCameraGoesOnWhereItWas) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 56, 2, kGoods);
  ASSERT_EQ(scene.raised.size(), 1U);
  const auto nudge = [](TestScene& t) {
    const cv::Mat by = (cv::Mat_<double>(2, 3) << 1, 0, 8, 0, 1, -5);
    cv::warpAffine(t.picture().clone(), t.picture(), by, t.pixels(), cv::INTER_LINEAR,
                   cv::BORDER_REFLECT);
  };
  for (double s = 56; s < 140; s += 2) {
    scene.look(s, [&](TestScene& t) {
      kGoods(t);
      nudge(t);
    });
  }
  EXPECT_TRUE(scene.cleared.empty());
  EXPECT_EQ(scene.raised.size(), 1U);
  const auto box = scene.street.box_of(scene.raised[0].id);
  ASSERT_TRUE(box);
  EXPECT_NEAR(box->x, kPlace.x + 8.0 / scene.pixels().width, 0.02);
  scene.looks(140, 150, 2, nudge);
  EXPECT_EQ(scene.cleared.size(), 1U);
}

TEST(Street, GreyBlocksWherePacketsWereLostTeachNothing) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 70, 2, [](TestScene& t) {
    const int height = t.pixels().height;
    t.picture().rowRange(height / 2, height * 7 / 10) = 128;
  });
  scene.looks(70, 130, 2);
  EXPECT_TRUE(scene.raised.empty());
}

TEST(Street, WhatReviewersRejectRaisesTheBarAndARestartKeepsIt) {
  Bar bar(0.74);
  bar.rejected(0.8);
  EXPECT_NEAR(bar.value(), 0.76, 1e-9);
  bar.rejected(0.5);  // less sure than the bar was it never
  EXPECT_NEAR(bar.value(), 0.76, 1e-9);
  for (int i = 0; i < 50; ++i) bar.rejected(1);
  EXPECT_NEAR(bar.value(), 0.85, 1e-9);
  for (int i = 0; i < 50; ++i) bar.proven();
  EXPECT_NEAR(bar.value(), 0.74, 1e-9);

  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 60, 2, kGoods);
  ASSERT_EQ(scene.raised.size(), 1U);
  ASSERT_TRUE(scene.street.dismiss(scene.raised[0].id));
  const auto saved = scene.street.save();
  ASSERT_TRUE(saved);
  EXPECT_GT(saved->bar, 0.74);
  Street again(test_camera(), {});
  ASSERT_TRUE(again.restore(*saved));
  EXPECT_EQ(again.save()->bar, saved->bar);
}

TEST(Street, ARestartForgetsNothingAndRaisesNothingTwice) {
  const auto path =
      std::filesystem::temp_directory_path() / ("xunjie-state-" + std::to_string(::getpid()));
  const auto restarted = [&](TestScene& scene, double now) {
    CameraMemory memory{.street = *scene.street.save(), .zones = {domain::ZoneId("pavement")}};
    memory.before.resize(1);
    EXPECT_TRUE(save_memory(path, memory).ok());
    auto loaded = load_memory(path, clock_at(now));
    EXPECT_TRUE(loaded.ok());
    auto next = std::make_unique<TestScene>(test_camera());
    EXPECT_TRUE(next->street.restore(std::move(loaded->street)));
    return next;
  };
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 40, 2, kGoods);
  const auto second = restarted(scene, 45);
  second->looks(46, 56, 2, kGoods);
  ASSERT_EQ(second->raised.size(), 1U);
  EXPECT_NEAR(seconds_of(second->raised[0].since), 20, 2);
  const auto third = restarted(*second, 60);
  third->looks(60, 100, 2, kGoods);
  EXPECT_TRUE(third->raised.empty());
  third->looks(100, 106, 2);
  ASSERT_EQ(third->cleared.size(), 1U);
  EXPECT_EQ(third->cleared[0].id, second->raised[0].id);
  std::filesystem::remove(path);
}

TEST(StateFile, ADamagedFileIsRefused) {
  const auto path =
      std::filesystem::temp_directory_path() / ("xunjie-damaged-" + std::to_string(::getpid()));
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  CameraMemory memory{.street = *scene.street.save(), .zones = {domain::ZoneId("pavement")}};
  memory.before.resize(1);
  ASSERT_TRUE(save_memory(path, memory).ok());
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 100);
  const auto loaded = load_memory(path, clock_at(30));
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, ErrorCode::corrupt);
  EXPECT_EQ(load_memory(path.string() + "-none", clock_at(30)).error().code, ErrorCode::not_found);
  std::filesystem::remove(path);
}

// Nothing is judged on a picture that cannot be: a finding open before stays open.
struct BadPicture {
  CameraState state;
  std::function<void(TestScene&)> spoil;
};
class Guard : public testing::TestWithParam<BadPicture> {};

TEST_P(Guard, SuspendsJudgement) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 60, 2, kGoods);
  ASSERT_EQ(scene.raised.size(), 1U);
  const cv::Mat ground = scene.ground().clone();
  GetParam().spoil(scene);
  for (double s = 60; s < 140; s += 2) {
    const Judgement judged = scene.look(s);
    if (s > 84) {
      EXPECT_EQ(judged.verdict.state, GetParam().state) << s;
    }
  }
  EXPECT_EQ(scene.raised.size(), 1U);
  EXPECT_TRUE(scene.cleared.empty());
  scene.ground() = ground;
  scene.gain = 1, scene.offset = 0, scene.blur = 0, scene.exact = false;
  scene.looks(140, 150, 2);
  EXPECT_EQ(scene.cleared.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Guard,
    testing::Values(
        BadPicture{CameraState::dark, [](TestScene& s) { s.gain = 0.02, s.offset = 8; }},
        BadPicture{CameraState::frozen,
                   [](TestScene& s) {
                     s.exact = true;
                     s.put(kPlace, 1);
                     s.ground() = s.picture().clone();
                   }},
        BadPicture{CameraState::blocked,
                   [](TestScene& s) { s.ground() = texture(s.pixels(), 5, 90, 4, 30); }},
        BadPicture{CameraState::blurred, [](TestScene& s) { s.blur = 6; }},
        BadPicture{CameraState::moved,
                   [](TestScene& s) {
                     const cv::Mat shift = (cv::Mat_<double>(2, 3) << 1, 0, 40, 0, 1, 24);
                     cv::warpAffine(s.ground().clone(), s.ground(), shift, s.pixels(),
                                    cv::INTER_LINEAR, cv::BORDER_REFLECT);
                   }}),
    [](const auto& each) { return std::string(ports::name_of(each.param.state)); });

}  // namespace
}  // namespace xunjie::watch
