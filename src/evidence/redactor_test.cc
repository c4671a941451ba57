// Stills: what is blurred, drawn, shrunk and refused. Real faces and people come from opencv-doc.
#include "evidence/redactor.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "evidence/head_finder.h"
#include "evidence/paint.h"

namespace xunjie::evidence {
namespace {

namespace fs = std::filesystem;

const fs::path kSamples = "/usr/share/doc/opencv-doc/examples/data";

std::vector<std::byte> bytes_of(const cv::Mat& picture, const char* kind = ".png") {
  std::vector<std::uint8_t> encoded;
  cv::imencode(kind, picture, encoded);
  const auto bytes = std::as_bytes(std::span(encoded));
  return {bytes.begin(), bytes.end()};
}

cv::Mat picture_of(const std::vector<std::byte>& bytes) {
  return cv::imdecode(
      cv::Mat(1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::byte*>(bytes.data())),
      cv::IMREAD_COLOR);
}

// How much fine detail a region has: the mean size of its Laplacian.
double detail(const cv::Mat& bgr, const cv::Rect& where) {
  cv::Mat grey, edges;
  cv::cvtColor(bgr(where), grey, cv::COLOR_BGR2GRAY);
  cv::Laplacian(grey, edges, CV_32F);
  return cv::mean(cv::abs(edges))[0];
}

cv::Mat sample(const char* name) {
  cv::Mat picture = cv::imread((kSamples / name).string());
  EXPECT_FALSE(picture.empty()) << "install the package opencv-doc (./dev setup does)";
  return picture;
}

struct Redaction : ::testing::Test {
  std::unique_ptr<ports::Redactor> redactor = make_redactor().value();
  cv::Mat copy_of(const cv::Mat& picture, const ports::PictureRecipe& recipe = {}) {
    const auto copy = redactor->picture(bytes_of(picture), recipe);
    EXPECT_TRUE(copy.ok()) << copy.error().message;
    return copy.ok() ? picture_of(*copy) : cv::Mat();
  }
};

TEST_F(Redaction, AFaceLosesItsDetailAndTheRestKeepsIt) {
  const cv::Mat picture = sample("messi5.jpg");
  const cv::Rect face(228, 98, 34, 34), grass(20, 290, 100, 40);
  const cv::Mat copy = copy_of(picture);
  ASSERT_EQ(copy.size(), picture.size());
  EXPECT_LT(detail(copy, face), 0.25 * detail(picture, face));
  EXPECT_GT(detail(copy, grass), 0.6 * detail(picture, grass));
}

TEST_F(Redaction, TheMirroredFaceIsFoundAsWell) {
  cv::Mat picture;
  cv::flip(sample("messi5.jpg"), picture, 1);
  const cv::Rect face(picture.cols - 228 - 34, 98, 34, 34);
  EXPECT_LT(detail(copy_of(picture), face), 0.25 * detail(picture, face));
}

TEST_F(Redaction, HeadsOfWalkingPeopleAreFoundByTheirBodies) {
  // A woman in full and a man at the left of a frame of real street footage, too small for a face
  // detector: the boxes of their heads were read off the picture.
  cv::Mat frame = sample("basketball1.png");
  auto finder = HeadFinder::load("/usr/share/opencv4", HeadFinder::Effort::thorough);
  ASSERT_TRUE(finder.ok());
  EXPECT_GE(finder->find(frame).size(), 3U);
}

TEST_F(Redaction, TheBoxIsDrawnAroundWhatItNamesAndNothingElseChanges) {
  const cv::Mat street(480, 640, CV_8UC3, cv::Scalar(120, 130, 125));
  ports::PictureRecipe recipe;
  recipe.box = domain::PictureBox{0.25, 0.25, 0.5, 0.5};
  const cv::Mat copy = copy_of(street, recipe);
  const auto red_at = [&](int x, int y) { return copy.at<cv::Vec3b>(y, x)[2]; };
  EXPECT_GT(red_at(158, 240), 200);
  EXPECT_GT(red_at(320, 118), 200);
  EXPECT_NEAR(red_at(320, 240), 125, 6);
  EXPECT_NEAR(red_at(20, 20), 125, 6);
}

TEST_F(Redaction, LargePicturesAreShrunkInShape) {
  ports::PictureRecipe recipe;
  recipe.width_max = 320;
  const cv::Mat copy = copy_of(cv::Mat(600, 800, CV_8UC3, cv::Scalar(90, 90, 90)), recipe);
  EXPECT_EQ(copy.size(), cv::Size(320, 240));
}

TEST_F(Redaction, AThumbnailIsASmallPictureOfTheCopy) {
  const auto copy = redactor->picture(bytes_of(sample("messi5.jpg")), {});
  ASSERT_TRUE(copy.ok());
  const auto small = redactor->thumbnail(*copy, 160);
  ASSERT_TRUE(small.ok());
  EXPECT_EQ(picture_of(*small).cols, 160);
  EXPECT_LT(small->size(), copy->size() / 4);
  EXPECT_FALSE(redactor->thumbnail({}, 160).ok());
}

TEST_F(Redaction, WhatIsNoPictureIsNotCopied) {
  const std::string text = "\xff\xd8\xff this is no JPEG";
  const auto refused = redactor->picture(std::as_bytes(std::span(text.data(), text.size())), {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
  EXPECT_FALSE(redactor->picture({}, {}).ok());
}

TEST_F(Redaction, OddSizesAreSurvived) {
  for (const cv::Size size :
       {cv::Size(1, 1), cv::Size(900, 2), cv::Size(2, 900), cv::Size(31, 47)}) {
    EXPECT_EQ(copy_of(cv::Mat(size, CV_8UC3, cv::Scalar(9, 9, 9))).size(), size);
  }
}

TEST(MakeRedactor, NamesThePackageThatIsMissing) {
  const auto missing = make_redactor({.cascades = "/nowhere"});
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().message.find("opencv-data"), std::string::npos);
}

TEST(Paint, MasksCoverTheirPolygonOnly) {
  cv::Mat picture(100, 100, CV_8UC3, cv::Scalar(200, 200, 200));
  const std::vector<domain::PicturePolygon> masks{{{0, 0}, {0.5, 0}, {0.5, 0.5}, {0, 0.5}}};
  paint_masks(picture, masks);
  EXPECT_EQ(picture.at<cv::Vec3b>(20, 20)[0], 40);
  EXPECT_EQ(picture.at<cv::Vec3b>(80, 80)[0], 200);
}

TEST(Paint, ABlurredRegionCutByTheEdgeStaysInside) {
  cv::Mat picture(50, 50, CV_8UC3, cv::Scalar(200, 200, 200));
  picture(cv::Rect(0, 0, 4, 4)).setTo(cv::Scalar(0, 0, 0));
  blur(picture, std::vector{cv::Rect(-10, -10, 30, 30), cv::Rect(60, 60, 5, 5)});
  EXPECT_GT(picture.at<cv::Vec3b>(1, 1)[0], 20);
  EXPECT_EQ(picture.at<cv::Vec3b>(40, 40)[0], 200);
}

}  // namespace
}  // namespace xunjie::evidence
