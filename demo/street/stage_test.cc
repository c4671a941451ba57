#include "stage.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

namespace xunjie::street {
namespace {

// A grey street of noise with two overlapping objects, each with a shadow beside it.
Scene make_scene() {
  Scene s;
  s.id = "cam-01";
  s.size = {64, 48};
  s.plate.create(s.size, CV_8UC3);
  cv::RNG rng(7);
  rng.fill(s.plate, cv::RNG::UNIFORM, 40, 220);
  s.plate_step = s.plate * 1.1;
  s.depth = cv::Mat(s.size, CV_16UC1, cv::Scalar(2000));
  s.projection.m = {{{50, 0, 0, 32}, {0, 0, -50, 24}, {0, 1, 0, 10}}};
  for (int i = 0; i < 2; ++i) {
    SceneObject o;
    o.id = i == 0 ? "near-1" : "far-1";
    o.kind = "goods";
    o.rect = {10 + 6 * i, 10, 24, 20};
    o.picture =
        cv::Mat(o.rect.size(), CV_8UC3, i == 0 ? cv::Scalar(10, 20, 200) : cv::Scalar(200, 20, 10));
    o.alpha = cv::Mat::zeros(o.rect.size(), CV_8UC1);
    o.alpha(cv::Rect(4, 4, 12, 12)).setTo(255);
    o.shadow = cv::Mat(o.rect.size(), CV_8UC1, cv::Scalar(110));
    o.depth = cv::Mat(o.rect.size(), CV_16UC1, cv::Scalar(i == 0 ? 900 : 1100));
    o.at = {0, i == 0 ? -1.0 : 1.0};
    o.ground = {-0.5, o.at.y - 0.4, 1, 0.8};
    s.objects.push_back(o);
  }
  return s;
}

bool same(const cv::Mat& a, const cv::Mat& b) {
  return cv::norm(a, b, cv::NORM_INF) == 0;
}

TEST(Stage, RemovalGivesThePlateBackToTheBit) {
  const Scene scene = make_scene();
  Stage stage(scene);
  stage.show("near-1");
  stage.show("far-1");
  EXPECT_FALSE(same(stage.picture(), scene.plate));
  EXPECT_FALSE(same(stage.depth(), scene.depth));
  stage.hide("near-1");
  stage.hide("far-1");
  EXPECT_TRUE(same(stage.picture(), scene.plate));
  EXPECT_TRUE(same(stage.depth(), scene.depth));
}

TEST(Stage, OverlappingShadowsDarkenButNeverTurnBlack) {
  const Scene scene = make_scene();
  Stage stage(scene);
  stage.show("near-1");
  stage.show("far-1");
  for (int y = 0; y < scene.size.height; ++y) {
    for (int x = 0; x < scene.size.width; ++x) {
      const auto before = scene.plate.at<cv::Vec3b>(y, x),
                 after = stage.picture().at<cv::Vec3b>(y, x);
      if (stage.depth().at<uint16_t>(y, x) != 2000) continue;  // an object, not the street
      for (int k = 0; k < 3; ++k) {
        ASSERT_LE(after[k], before[k]);
        // Two shadows of 110/255 each leave 18.6 % of the light.
        ASSERT_GE(after[k] + 1, before[k] * 0.18) << x << "," << y;
      }
    }
  }
}

TEST(Stage, TheNearerObjectHidesTheFarther) {
  const Scene scene = make_scene();
  Stage stage(scene);
  stage.show("near-1");
  stage.show("far-1");
  const cv::Point both(21, 16);  // inside both objects
  EXPECT_EQ(stage.picture().at<cv::Vec3b>(both), cv::Vec3b(10, 20, 200));
  EXPECT_EQ(stage.depth().at<uint16_t>(both), 900);
  stage.hide("near-1");
  EXPECT_EQ(stage.picture().at<cv::Vec3b>(both), cv::Vec3b(200, 20, 10));
}

TEST(Stage, TheLampChangesTheStreetAndBack) {
  const Scene scene = make_scene();
  Stage stage(scene);
  const int before = stage.version();
  stage.set_lamp(true);
  EXPECT_TRUE(same(stage.picture(), scene.plate_step));
  EXPECT_GT(stage.version(), before);
  stage.set_lamp(false);
  EXPECT_TRUE(same(stage.picture(), scene.plate));
}

TEST(Stage, KnowsNoStrangers) {
  const Scene scene = make_scene();
  Stage stage(scene);
  stage.show("nobody-1");
  EXPECT_TRUE(stage.visible().empty());
}

}  // namespace
}  // namespace xunjie::street
