// Clips made anew: masks in every picture, faces blurred, length and pace bounded, playable.
#include <gtest/gtest.h>

#include <functional>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "evidence/clip_frames.h"
#include "evidence/clip_redactor.h"
#include "evidence/clip_writer.h"
#include "evidence/motion.h"

namespace xunjie::evidence {
namespace {

const char* const kCascades = "/usr/share/opencv4";

using Draw = std::function<cv::Mat(int)>;

std::vector<std::byte> clip_of(int frames, double fps, const Draw& draw) {
  auto writer = ClipWriter::open(draw(0).size(), fps);
  EXPECT_TRUE(writer.ok());
  for (int i = 0; i < frames; ++i) {
    EXPECT_TRUE(writer->write(draw(i), Micros{static_cast<std::int64_t>(i * 1e6 / fps)}).ok());
  }
  auto bytes = writer->finish();
  EXPECT_TRUE(bytes.ok());
  return std::move(*bytes);
}

std::vector<ClipFrames::Frame> frames_of(const std::vector<std::byte>& clip) {
  std::vector<ClipFrames::Frame> out;
  auto frames = ClipFrames::open(clip);
  EXPECT_TRUE(frames.ok());
  if (!frames.ok()) return out;
  while (auto frame = frames->next({}, 4000)) out.push_back(std::move(*frame));
  return out;
}

cv::Mat bright(int i) {
  cv::Mat street(240, 320, CV_8UC3, cv::Scalar(180, 190, 185));
  cv::circle(street, {40 + 3 * i, 200}, 12, cv::Scalar(20, 20, 220), cv::FILLED);
  return street;
}

ports::ClipRecipe plain() {
  ports::ClipRecipe recipe;
  recipe.blur = false;
  recipe.fps_max = 25;
  return recipe;
}

TEST(ClipCopy, MasksAreInEveryPictureAndTheRestIsSeen) {
  const auto clip = clip_of(20, 10, bright);
  auto recipe = plain();
  recipe.masks = {{{0, 0}, {0.5, 0}, {0.5, 0.5}, {0, 0.5}}};
  const auto copy = redact_clip(clip, recipe, kCascades);
  ASSERT_TRUE(copy.ok()) << copy.error().message;
  const auto frames = frames_of(*copy);
  EXPECT_EQ(frames.size(), 20U);
  for (const auto& frame : frames) {
    EXPECT_LT(cv::mean(frame.bgr(cv::Rect(10, 10, 140, 100)))[0], 60) << frame.at.count;
    EXPECT_GT(cv::mean(frame.bgr(cv::Rect(200, 10, 100, 100)))[0], 150) << frame.at.count;
  }
}

TEST(ClipCopy, IsCutToItsEndAndThinnedToItsPace) {
  const auto clip = clip_of(60, 10, bright);  // 6 s
  auto recipe = plain();
  recipe.longest = seconds(2);
  recipe.fps_max = 5;
  recipe.width_max = 161;
  const auto copy = redact_clip(clip, recipe, kCascades);
  ASSERT_TRUE(copy.ok()) << copy.error().message;
  const auto frames = frames_of(*copy);
  EXPECT_GE(frames.size(), 9U);
  EXPECT_LE(frames.size(), 11U);
  EXPECT_EQ(frames.front().bgr.cols, 160);
  EXPECT_EQ(frames.front().bgr.rows, 120);
  // The red disc is where it was in the last two seconds, not where it began.
  const auto red_at_start = frames.front().bgr.at<cv::Vec3b>(100, 20);
  EXPECT_GT(red_at_start[0], 120);
}

TEST(ClipCopy, AFaceIsBlurredThroughoutAlsoWhereItMoves) {
  cv::Mat portrait = cv::imread("/usr/share/doc/opencv-doc/examples/data/messi5.jpg");
  ASSERT_FALSE(portrait.empty());
  cv::resize(portrait, portrait, {}, 1.5, 1.5);
  const auto view = [&](int i) { return portrait(cv::Rect(4 * i, 0, 640, 480)).clone(); };
  const auto detail = [](const cv::Mat& bgr, const cv::Rect& where) {
    cv::Mat grey, edges;
    cv::cvtColor(bgr(where), grey, cv::COLOR_BGR2GRAY);
    cv::Laplacian(grey, edges, CV_32F);
    return cv::mean(cv::abs(edges))[0];
  };
  ports::ClipRecipe recipe;
  recipe.fps_max = 10;
  const auto copy = redact_clip(clip_of(20, 10, view), recipe, kCascades);
  ASSERT_TRUE(copy.ok()) << copy.error().message;
  const auto frames = frames_of(*copy);
  ASSERT_EQ(frames.size(), 20U);
  auto unblurred = recipe;
  unblurred.blur = false;
  const auto open = frames_of(*redact_clip(clip_of(20, 10, view), unblurred, kCascades));
  int blurred = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const cv::Rect face(345 - 4 * static_cast<int>(i), 150, 45, 45);
    if (detail(frames[i].bgr, face) < 0.5 * detail(open[i].bgr, face)) ++blurred;
  }
  EXPECT_EQ(blurred, 20);
}

TEST(ClipCopy, WhatCannotBeReadIsNotCopied) {
  const std::vector<std::byte> nothing(500, std::byte{7});
  const auto refused = redact_clip(nothing, {}, kCascades);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
  auto cut = clip_of(20, 10, bright);
  cut.resize(cut.size() / 2);  // the index of an MP4 stands at its end
  EXPECT_FALSE(redact_clip(cut, plain(), kCascades).ok());
}

TEST(ClipCopy, EndsEarlyWhenItsCostIsSpent) {
  auto recipe = plain();
  recipe.cost_max = {};
  EXPECT_FALSE(redact_clip(clip_of(20, 10, bright), recipe, kCascades).ok());  // nothing was done
}

TEST(MotionHeads, TheUpperPartOfWhatMovesUprightIsFound) {
  MotionHeads motion;
  std::vector<cv::Rect> heads;
  for (int i = 0; i < 10; ++i) {
    cv::Mat street(480, 640, CV_8UC3, cv::Scalar(120, 120, 120));
    if (i >= 5)
      cv::rectangle(street, {100 + 30 * i, 200, 40, 120}, cv::Scalar(30, 30, 30), cv::FILLED);
    heads = motion.find(street);
    EXPECT_TRUE(i >= 5 || heads.empty()) << i;
  }
  ASSERT_FALSE(heads.empty());
  bool at_the_top = false;
  for (const auto& head : heads) at_the_top = at_the_top || head.contains({390, 210});
  EXPECT_TRUE(at_the_top);
}

TEST(MotionHeads, AStandingStreetMovesNothing) {
  MotionHeads motion;
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(motion.find(cv::Mat(480, 640, CV_8UC3, cv::Scalar(120, 120, 120))).empty());
  }
}

}  // namespace
}  // namespace xunjie::evidence
