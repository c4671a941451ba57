#include "watch/detect/model_description.h"

#include <gtest/gtest.h>

namespace xunjie::watch {
namespace {

// A sound description with one of its parts replaced.
std::string with(const std::string& part = "", const std::string& instead = "") {
  std::string text = R"({"name":"m","file":"m.onnx","head":"yolov8",
    "input":{"width":320,"height":192,"channels":"rgb","std":[255,255,255],"fit":"letterbox"},
    "classes":[{"name":"goods","violations":["store_overflow","goods_on_pavement"]},
               {"name":"bike","violations":["bike_parking"],"elsewhere":"ignore"},
               {"name":"person","ignore":true},"dog"],
    "score":0.35,"nms":0.5,"surroundings":2})";
  if (!part.empty()) text.replace(text.find(part), part.size(), instead);
  return text;
}

struct Wrong {
  const char* part;
  const char* instead;
  const char* field;
  const char* said;
};

class WrongDescription : public testing::TestWithParam<Wrong> {};

TEST_P(WrongDescription, IsRefusedByFieldValueAndWhatIsRight) {
  const auto [part, instead, field, said] = GetParam();
  const auto model = model_from_json(with(part, instead));
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(model.error().field, field);
  EXPECT_NE(model.error().message.find(said), std::string::npos) << model.error().message;
  EXPECT_NE(model.error().message.find(field), std::string::npos) << model.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongDescription,
    testing::Values(
        Wrong{"\"head\":\"yolov8\"", "\"head\":\"yolov9\"", "head", "yolov5, yolov8, rtdetr"},
        Wrong{"\"width\":320", "\"width\":321", "input.width", "321; right is a multiple of 32"},
        Wrong{"\"width\":320,", "", "input.width", "is missing"},
        Wrong{"\"height\":192", "\"height\":\"big\"", "input.height", "\"big\""},
        Wrong{"\"channels\":\"rgb\"", "\"channels\":\"grb\"", "input.channels", "rgb, bgr"},
        Wrong{"[255,255,255]", "[255,0,255]", "input.std", "above 0"},
        Wrong{"[255,255,255]", "[255,255]", "input.std", "three numbers"},
        Wrong{"\"letterbox\"", "\"crop\"", "input.fit", "stretch"},
        Wrong{"\"score\":0.35", "\"score\":35", "score", "from 0.01 to 0.99"},
        Wrong{"\"nms\":0.5", "\"nms\":true", "nms", "true; right is a number"},
        Wrong{"\"surroundings\":2", "\"surroundings\":0.5", "surroundings", "from 1 to 8"},
        Wrong{"\"surroundings\":2", "\"scale\":2", "scale", "unknown field; known here: name"},
        Wrong{"\"dog\"", "\"person\"", "classes[3].name", "stands twice"},
        Wrong{"\"dog\"", "7", "classes[3]", "7; an object"},
        Wrong{"\"dog\"", "\"a\\\"b\"", "classes[3]", "without quotes"},
        Wrong{"\"ignore\":true", "\"ignore\":true,\"violations\":[\"x\"]", "classes[2].violations",
              "cannot stand beside"},
        Wrong{"[\"bike_parking\"]", "[]", "classes[1].violations", "1 to 8 ids"},
        Wrong{"\"elsewhere\":\"ignore\"", "\"elsewhere\":\"drop\"", "classes[1].elsewhere",
              "rule, ignore"}));

TEST(ModelDescription, ReadsWhatItSays) {
  const auto model = model_from_json(with());
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_EQ(model->head, HeadKind::yolov8);
  EXPECT_EQ(model->input.width, 320);
  EXPECT_EQ(model->input.std[1], 255.0F);
  ASSERT_EQ(model->info.classes.size(), 4U);
  EXPECT_EQ(model->info.classes[0].meaning, ports::ClassMeaning::violation);
  EXPECT_EQ(model->info.classes[0].violations[1].value, "goods_on_pavement");
  EXPECT_FALSE(model->info.classes[0].ignored_elsewhere);
  EXPECT_TRUE(model->info.classes[1].ignored_elsewhere);
  EXPECT_EQ(model->info.classes[2].meaning, ports::ClassMeaning::ignored);
  EXPECT_EQ(model->info.classes[3].meaning, ports::ClassMeaning::unmapped);
  EXPECT_FALSE(model->info.require_class);
}

TEST(ModelDescription, ThatIsNoJsonOrNotThereIsRefused) {
  EXPECT_FALSE(model_from_json("{").ok());
  EXPECT_FALSE(model_from_json("[]").ok());
  const auto missing = model_from_file("/nowhere/model.json");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace xunjie::watch
