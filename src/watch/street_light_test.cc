// What light does to a street: steps, drifts, shadows, lamps.
#include <gtest/gtest.h>

#include "watch/test_scene.h"

namespace xunjie::watch {
namespace {

using ports::CameraState;

TEST(Street, AStepOfTheLightRaisesAndClearsNothing) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.looks(20, 60, 2, kGoods);
  ASSERT_EQ(scene.raised.size(), 1U);
  scene.gain = 0.6;
  EXPECT_EQ(scene.look(60, kGoods).verdict.state, CameraState::light_change);
  scene.looks(62, 140, 2, kGoods);
  scene.gain = 1.1;
  scene.looks(140, 240, 2, kGoods);
  EXPECT_EQ(scene.raised.size(), 1U);
  EXPECT_TRUE(scene.cleared.empty());
  scene.looks(240, 250, 2);
  EXPECT_EQ(scene.cleared.size(), 1U);
}

TEST(Street, AThingThatComesWithAStepOfTheLightIsFoundWhole) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  scene.gain = 0.7;
  // People beside it make one shape with it at first, which is no thing's.
  const auto with_people = [](TestScene& s) {
    kGoods(s);
    s.put({0.05, 0.5, 0.36, 0.03}, 2);
    s.put({0.44, 0.64, 0.03, 0.3}, 3);
  };
  scene.looks(20, 28, 2, with_people);
  scene.looks(28, 70, 2, kGoods);
  ASSERT_EQ(scene.raised.size(), 1U);
  EXPECT_NEAR(scene.raised[0].box.w, kPlace.width, 0.03);
  EXPECT_NEAR(scene.raised[0].box.h, kPlace.height, 0.05);
  scene.looks(70, 84, 2);
  ASSERT_EQ(scene.cleared.size(), 1U);
  EXPECT_LE(seconds_of(scene.cleared[0].at), 74);
}

TEST(Street, ASlowDriftOfTheExposureRaisesNothing) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  for (int i = 0; i < 120; ++i) {
    scene.gain = 1 - 0.004 * i;
    scene.look(20 + 10 * i);
  }
  EXPECT_TRUE(scene.raised.empty());
}

// A shadow's hard edge over the left of the street, from x = `edge` of the width.
void shade(TestScene& scene, double edge) {
  const int x = static_cast<int>(edge * scene.pixels().width);
  scene.picture().colRange(0, x) *= 0.55;
}

TEST(Street, AHardShadowRaisesNothingAndHidesNothing) {
  TestScene scene(test_camera());
  scene.looks(0, 20, 2);
  // Its edge creeps over the place where goods are put later.
  const auto edge = [](double s) { return 0.4 + 0.001 * (s - 20); };
  for (double s = 20; s < 60; s += 2) scene.look(s, [&](TestScene& t) { shade(t, edge(s)); });
  EXPECT_TRUE(scene.raised.empty());
  for (double s = 60; s < 110; s += 2) {
    scene.look(s, [&](TestScene& t) {
      kGoods(t);
      shade(t, edge(s));
    });
  }
  ASSERT_EQ(scene.raised.size(), 1U);
  EXPECT_TRUE(scene.cleared.empty());
  for (double s = 110; s < 130; s += 2) scene.look(s, [&](TestScene& t) { shade(t, edge(s)); });
  EXPECT_EQ(scene.cleared.size(), 1U);
  EXPECT_EQ(scene.raised.size(), 1U);
}

// A lamp's light that a memory has in pieces: bright where `lit` is set, with hard rims to the
// rest.
void light_pieces(TestScene& scene, const cv::Rect2d& where) {
  const cv::Size size = scene.pixels();
  const int left = static_cast<int>(where.x * size.width),
            top = static_cast<int>(where.y * size.height);
  const int right = static_cast<int>((where.x + where.width) * size.width);
  const int foot = static_cast<int>((where.y + where.height) * size.height);
  for (int y = top; y + 8 <= foot; y += 8) {
    for (int x = left + (y / 8 % 2) * 8; x + 8 <= right; x += 16) {
      scene.picture()(cv::Rect(x, y, 8, 8)) *= 1.6;
    }
  }
}

TEST(Street, LightInPiecesIsNoThing) {
  TestScene scene(test_camera());
  scene.ground() = texture(scene.pixels(), 1, 100, 22, 1.2);  // grain finer than the pieces
  scene.looks(0, 20, 2);
  const auto lit = [](TestScene& s) { light_pieces(s, kPlace); };
  scene.looks(20, 100, 2, lit);
  EXPECT_TRUE(scene.raised.empty());
  // A thing put there all the same is found.
  scene.looks(100, 140, 2, [&](TestScene& s) {
    lit(s);
    s.put({0.36, 0.44, 0.22, 0.26}, 1);
  });
  EXPECT_EQ(scene.raised.size(), 1U);
}

TEST(SceneMemory, ThePatternFollowsNoLightThatWasTakenOver) {
  const GridSize grid = grid_for(640, 480);
  const cv::Size pixels(grid.width * kCellPixels, grid.height * kCellPixels);
  const auto look_of = [&](const cv::Mat& luma, double s) {
    const cv::Mat grey(grid.height, grid.width, CV_32F, cv::Scalar(128));
    return Look{clock_at(s), grid, luma, grey, grey};
  };
  const Look street = look_of(texture(pixels, 1, 120, 22, 1.2), 0);
  const Look other = look_of(texture(pixels, 2, 120, 22, 1.2), 10);
  const WatchOptions options;
  SceneMemory memory(options);
  for (int i = 0; i < options.first_looks; ++i) memory.learn(street);
  ASSERT_FALSE(memory.learning());
  cv::Mat left = cv::Mat::zeros(grid.height, grid.width, CV_8U);
  left.colRange(0, grid.width / 2) = 255;
  // Whatever was taken for light: the street is known by its pattern still.
  memory.absorb_light(left, other);
  EXPECT_GT(memory.pattern_kept(left, street), 0.95);
  EXPECT_NEAR(memory.pattern_kept(left, other), 0, 0.1);
  // A gap shows a street never seen before, there and nowhere else.
  memory.absorb_present(left, other);
  EXPECT_GT(memory.pattern_kept(left, other), 0.95);
  EXPECT_GT(memory.pattern_kept(~left, street), 0.95);
}

}  // namespace
}  // namespace xunjie::watch
