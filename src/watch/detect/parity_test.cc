// Boxes of exported random networks against numpy's (training/parity/make_fixtures.py): once from
// the recorded outputs, once, where there is an engine, from the network itself.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <boost/json.hpp>

#include "watch/detect/model_detector.h"

namespace xunjie::watch {
namespace {

namespace json = boost::json;
using Row = std::array<double, 6>;  // four of a box, score, class

const std::filesystem::path kData =
    std::filesystem::path(XUNJIE_SOURCE_DIR) / "src/watch/detect/testdata";
constexpr int kWidth = 128, kHeight = 96;

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<Row> rows_of(const json::value& list) {
  std::vector<Row> rows;
  for (const auto& each : list.as_array()) {
    Row row{};
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = each.as_array()[i].to_number<double>();
    rows.push_back(row);
  }
  return rows;
}

void expect_same(const std::vector<Row>& found, const std::vector<Row>& wanted, double near) {
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i][5], wanted[i][5]) << "class of box " << i;
    for (std::size_t k = 0; k < 5; ++k)
      EXPECT_NEAR(found[i][k], wanted[i][k], near) << "box " << i << ", value " << k;
  }
}

class Parity : public testing::TestWithParam<const char*> {
 protected:
  std::filesystem::path folder_ = kData / GetParam();
  json::value expected_ = json::parse(read(folder_ / "expected.json"));
};

TEST_P(Parity, OfRecordedOutputs) {
  const auto model = model_from_file(folder_ / "model.json");
  ASSERT_TRUE(model.ok()) << model.error().message;
  const std::string bytes = read(folder_ / "outputs.bin");
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  std::vector<TensorShape> shapes;
  std::vector<TensorView> tensors;
  std::size_t at = 0;
  for (const auto& output : expected_.at("outputs").as_array()) {
    TensorShape shape{std::string(output.at("name").as_string()), {}};
    TensorView tensor;
    std::size_t size = 1;
    for (const auto& dim : output.at("dims").as_array()) {
      shape.dims.push_back(dim.as_int64());
      tensor.dims.push_back(dim.to_number<std::size_t>());
      size *= tensor.dims.back();
    }
    tensor.values = std::span(values).subspan(at, size);
    at += size;
    shapes.push_back(shape);
    tensors.push_back(tensor);
  }
  ASSERT_EQ(at, values.size());
  const auto plan = plan_head(*model, shapes);
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  const auto boxes = decode_head(*plan, tensors, 0);
  ASSERT_TRUE(boxes.ok()) << boxes.error().message;
  std::vector<Row> found;
  for (const RawBox& b : *boxes)
    found.push_back({b.x0, b.y0, b.x1, b.y1, b.score, static_cast<double>(b.kind)});
  expect_same(found, rows_of(expected_.at("in_input")), 2e-3);
}

TEST_P(Parity, OfTheNetworkItself) {
  if (engine_name().empty()) GTEST_SKIP() << "built without OpenVINO";
  const auto detector = ModelDetector::open(folder_ / "model.json");
  ASSERT_TRUE(detector.ok()) << detector.error().message << " " << detector.error().detail;
  const std::string bgr = read(kData / "picture.bgr");
  ASSERT_EQ(bgr.size(), static_cast<std::size_t>(kWidth * kHeight * 3));
  const std::vector<std::uint8_t> bytes(bgr.begin(), bgr.end());
  const ports::DetectorAsk ask{{bytes.data(), kWidth, kHeight, kWidth * 3}, {0, 0, 1, 1}};
  // Three at once: batched where the model takes it, one after the other where it does not.
  const std::array asks{ask, ask, ask};
  const auto found = (*detector)->detect(asks);
  ASSERT_TRUE(found.ok()) << found.error().message << " " << found.error().detail;
  ASSERT_EQ(found->size(), asks.size());
  for (const auto& boxes : *found) {
    std::vector<Row> rows;
    for (const auto& d : boxes)
      rows.push_back({d.box.x, d.box.y, d.box.w, d.box.h, d.score, static_cast<double>(d.kind)});
    expect_same(rows, rows_of(expected_.at("in_picture")), 2e-3);
  }
}

INSTANTIATE_TEST_SUITE_P(Heads, Parity,
                         testing::Values("yolox", "yolov5", "yolov8", "rtdetr", "dfine", "ssd",
                                         "ssd_rows"),
                         [](const auto& each) { return std::string(each.param); });

TEST(ModelFile, ThatIsNoModelIsRefused) {
  if (engine_name().empty()) GTEST_SKIP() << "built without OpenVINO";
  const auto engine = Engine::open(kData / "picture.bgr", ModelInput{64, 64}, 1);
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().code, ErrorCode::invalid_argument);
  EXPECT_NE(engine.error().message.find("ONNX"), std::string::npos);
}

TEST(ModelFile, WithoutAnEngineIsRefusedWithWhatToDo) {
  if (!engine_name().empty()) GTEST_SKIP() << "built with " << engine_name();
  const auto detector = ModelDetector::open(kData / "yolov8/model.json");
  ASSERT_FALSE(detector.ok());
  EXPECT_EQ(detector.error().code, ErrorCode::unavailable);
  EXPECT_NE(detector.error().message.find("./dev setup"), std::string::npos);
}

TEST(ModelFile, OfAnotherInputIsRefusedWithBothShapes) {
  if (engine_name().empty()) GTEST_SKIP() << "built without OpenVINO";
  const auto engine = Engine::open(kData / "yolov8/model.onnx", ModelInput{320, 192}, 1);
  ASSERT_FALSE(engine.ok());
  EXPECT_NE(engine.error().message.find("[?,3,192,320]"), std::string::npos)
      << engine.error().message;
  EXPECT_NE(engine.error().message.find("[?,3,64,64]"), std::string::npos)
      << engine.error().message;
}

}  // namespace
}  // namespace xunjie::watch
