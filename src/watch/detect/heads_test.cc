#include "watch/detect/heads.h"

#include <gtest/gtest.h>

#include <limits>

namespace xunjie::watch {
namespace {

ModelDescription described(HeadKind head) {
  ModelDescription model;
  model.input.width = 64;
  model.input.height = 64;
  model.head = head;
  model.info.classes = {{"a", {}, {}, false}, {"b", {}, {}, false}};
  model.info.score = 0.5;
  model.nms = 0.5;
  return model;
}

std::string refusal(HeadKind head, const std::vector<TensorShape>& outputs) {
  const auto plan = plan_head(described(head), outputs);
  return plan.ok() ? "accepted" : plan.error().message;
}

TEST(HeadPlan, NamesWhatItExpectedAndWhatItFound) {
  const std::string message = refusal(HeadKind::yolov8, {{"output0", {1, 84, 8400}}});
  EXPECT_NE(message.find("[?, 6, ?]"), std::string::npos) << message;
  EXPECT_NE(message.find("output0 [1, 84, 8400]"), std::string::npos) << message;
  EXPECT_NE(message.find("2 classes"), std::string::npos) << message;
}

TEST(HeadPlan, YoloxWantsTheGridOfItsInput) {
  EXPECT_EQ(grid_places(64, 64), 84U);
  EXPECT_EQ(refusal(HeadKind::yolox, {{"output", {-1, 84, 7}}}), "accepted");
  EXPECT_NE(refusal(HeadKind::yolox, {{"output", {1, 8400, 7}}}), "accepted");
}

TEST(HeadPlan, TellsLogitsFromBoxesWhenBothAreFourWide) {
  ModelDescription model = described(HeadKind::rtdetr);
  model.info.classes.resize(4);
  const std::vector<TensorShape> outputs{{"pred_boxes", {1, 300, 4}}, {"pred_logits", {1, 300, 4}}};
  const auto plan = plan_head(model, outputs);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->boxes, 0U);
  EXPECT_EQ(plan->first, 1U);
}

TEST(HeadPlan, SsdWantsABackground) {
  EXPECT_EQ(refusal(HeadKind::ssd, {{"boxes", {1, 10, 4}}, {"scores", {1, 10, 3}}}), "accepted");
  EXPECT_NE(refusal(HeadKind::ssd, {{"boxes", {1, 10, 4}}, {"scores", {1, 10, 2}}}), "accepted");
}

TEST(DecodeHead, RefusesTensorsOfAnotherShapeThanPlanned) {
  const std::vector<TensorShape> shapes{{"output", {-1, 6, -1}}};
  const auto plan = plan_head(described(HeadKind::yolov8), shapes);
  ASSERT_TRUE(plan.ok());
  const std::vector<float> values(25, 0.0F);
  const std::vector<TensorView> crooked{{{1, 5, 5}, values}};
  EXPECT_FALSE(decode_head(*plan, crooked, 0).ok());
  const std::vector<float> enough(24, 0.0F);
  const std::vector<TensorView> straight{{{1, 6, 4}, enough}};
  EXPECT_TRUE(decode_head(*plan, straight, 0).ok());
  EXPECT_FALSE(decode_head(*plan, straight, 1).ok());  // there is no second picture
  EXPECT_FALSE(decode_head(*plan, {}, 0).ok());
}

TEST(DecodeHead, SkipsWhatIsNotANumber) {
  const auto plan =
      plan_head(described(HeadKind::yolov5), std::vector<TensorShape>{{"output", {1, 3, 7}}});
  ASSERT_TRUE(plan.ok());
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<float> rows{nan, 10, 4,   4, 1, 1,   0,  // no place
                                10,  10, inf, 4, 1, 1,   0,  // no size
                                10,  10, 4,   4, 1, nan, 0.9F};
  const auto boxes = decode_head(*plan, std::vector<TensorView>{{{1, 3, 7}, rows}}, 0);
  ASSERT_TRUE(boxes.ok());
  ASSERT_EQ(boxes->size(), 1U);
  EXPECT_EQ(boxes->front().kind, 1U);
}

TEST(Suppress, KeepsTheBestOfOneThingAndAllOfAnotherClass) {
  const std::vector<RawBox> boxes{{0, 0, 10, 10, 0.6F, 0},
                                  {1, 0, 11, 10, 0.9F, 0},
                                  {0, 0, 10, 10, 0.7F, 1},
                                  {30, 0, 40, 10, 0.5F, 0}};
  const auto kept = suppress(boxes, 0.5);
  ASSERT_EQ(kept.size(), 3U);
  EXPECT_FLOAT_EQ(kept[0].score, 0.9F);
  EXPECT_EQ(kept[1].kind, 1U);
  EXPECT_FLOAT_EQ(kept[2].score, 0.5F);
}

TEST(Suppress, TellsAtMostItsBound) {
  std::vector<RawBox> boxes;
  for (int i = 0; i < 500; ++i) {
    const auto x = static_cast<float>(i * 20);
    boxes.push_back({x, 0, x + 10, 10, 0.9F, 0});
  }
  EXPECT_EQ(suppress(boxes, 0.5).size(), kMostBoxes);
}

}  // namespace
}  // namespace xunjie::watch
