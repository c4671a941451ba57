#include "watch/detect/region.h"

#include <gtest/gtest.h>

namespace xunjie::watch {
namespace {

ModelDescription described(Fit fit) {
  ModelDescription model;
  model.input.width = 320;
  model.input.height = 192;
  model.input.fit = fit;
  model.surroundings = 2;
  return model;
}

class Picture {
 public:
  Picture(int width, int height)
      : bytes_(static_cast<std::size_t>(width * height * 3)), width_(width), height_(height) {}
  void paint(int x, int y, std::uint8_t b, std::uint8_t g, std::uint8_t r) {
    const auto at = static_cast<std::size_t>((y * width_ + x) * 3);
    bytes_[at] = b;
    bytes_[at + 1] = g;
    bytes_[at + 2] = r;
  }
  [[nodiscard]] ports::PictureView view() const {
    return {bytes_.data(), width_, height_, static_cast<std::size_t>(width_) * 3};
  }

 private:
  std::vector<std::uint8_t> bytes_;
  int width_, height_;
};

TEST(Region, GrowsToTheShapeOfTheInputAroundTheCandidate) {
  const Picture picture(1000, 1000);
  const auto plan =
      plan_region({picture.view(), {0.45, 0.45, 0.1, 0.1}}, described(Fit::letterbox));
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->height, 200);  // 100 pixels, and as much again
  EXPECT_EQ(plan->width, 333);   // 200 * 320 / 192
  EXPECT_EQ(plan->y, 400);
  EXPECT_NEAR(plan->x + plan->width / 2.0, 500, 1);
}

TEST(Region, StaysInsideThePictureAtItsCorners) {
  const Picture picture(640, 360);
  for (const domain::PictureBox& box :
       {domain::PictureBox{0, 0, 0.05, 0.05}, {0.95, 0.95, 0.05, 0.05}, {-0.1, 0.5, 2, 0.1}}) {
    const auto plan = plan_region({picture.view(), box}, described(Fit::letterbox));
    ASSERT_TRUE(plan.ok());
    EXPECT_GE(plan->x, 0);
    EXPECT_GE(plan->y, 0);
    EXPECT_LE(plan->x + plan->width, 640);
    EXPECT_LE(plan->y + plan->height, 360);
  }
}

TEST(Region, OutsideOrEmptyIsRefused) {
  const Picture picture(640, 360);
  EXPECT_FALSE(plan_region({picture.view(), {1.2, 0.1, 0.1, 0.1}}, described(Fit::stretch)).ok());
  EXPECT_FALSE(plan_region({picture.view(), {0.1, 0.1, 0, 0.1}}, described(Fit::stretch)).ok());
  EXPECT_FALSE(plan_region({{}, {0, 0, 1, 1}}, described(Fit::stretch)).ok());
}

class RoundTrip : public testing::TestWithParam<Fit> {};

TEST_P(RoundTrip, ABoxOfTheInputComesBackToThePlaceItShowed) {
  const Picture picture(777, 555);
  const ports::DetectorAsk ask{picture.view(), {0.3, 0.4, 0.2, 0.3}};
  const auto plan = plan_region(ask, described(GetParam()));
  ASSERT_TRUE(plan.ok());
  const auto u = [&](double x) {
    return static_cast<float>((x * 777 - plan->x) * plan->scale_x + plan->offset_x);
  };
  const auto v = [&](double y) {
    return static_cast<float>((y * 555 - plan->y) * plan->scale_y + plan->offset_y);
  };
  const std::vector<RawBox> boxes{{u(0.3), v(0.4), u(0.5), v(0.7), 0.8F, 2}};
  const auto back = to_picture(boxes, *plan, picture.view());
  ASSERT_EQ(back.size(), 1U);
  EXPECT_NEAR(back[0].box.x, 0.3, 1e-3);
  EXPECT_NEAR(back[0].box.y, 0.4, 1e-3);
  EXPECT_NEAR(back[0].box.w, 0.2, 1e-3);
  EXPECT_NEAR(back[0].box.h, 0.3, 1e-3);
  EXPECT_EQ(back[0].kind, 2U);
}

INSTANTIATE_TEST_SUITE_P(Fits, RoundTrip,
                         testing::Values(Fit::letterbox, Fit::letterbox_corner, Fit::stretch));

TEST(Region, FillsChannelsInTheModelsOrderAndPadsTheRest) {
  Picture picture(64, 64);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x) picture.paint(x, y, 10, 20, 30);
  ModelDescription model = described(Fit::letterbox);
  model.input.width = 64;
  model.input.height = 32;
  model.input.mean = {30, 0, 0};
  model.input.std = {1, 2, 1};
  const auto plan = plan_region({picture.view(), {0, 0, 1, 1}}, model);
  ASSERT_TRUE(plan.ok());
  std::vector<float> input(64 * 32 * 3);
  fill_input(picture.view(), *plan, model.input, input);
  const std::size_t middle = 16 * 64 + 32, plane = 64 * 32;
  EXPECT_FLOAT_EQ(input[middle], 0);               // red 30 - 30
  EXPECT_FLOAT_EQ(input[plane + middle], 10);      // green 20 / 2
  EXPECT_FLOAT_EQ(input[2 * plane + middle], 10);  // blue
  EXPECT_FLOAT_EQ(input[2 * plane], 114);          // padding at the left
  model.input.rgb = false;
  model.input.channels_last = true;
  fill_input(picture.view(), *plan, model.input, input);
  EXPECT_FLOAT_EQ(input[middle * 3], 10 - 30);  // blue comes first now
  EXPECT_FLOAT_EQ(input[middle * 3 + 2], 30);
}

}  // namespace
}  // namespace xunjie::watch
