// The director's orders played on the real scenes of demo/scenes.
#include "plot.h"

#include <gtest/gtest.h>

#include <functional>

#include "camera.h"
#include "live.h"

namespace xunjie::street {
namespace {

using Phase = Standing::Phase;

const District& district() {
  static const auto loaded = load_district(std::string(XUNJIE_SOURCE_DIR) + "/demo/scenes");
  if (!loaded.ok()) throw std::runtime_error(loaded.error().message);
  return *loaded.value();
}

const Scene& scene(const std::string& id) {
  for (const auto& s : district().scenes) {
    if (s.id == id) return s;
  }
  throw std::runtime_error("no scene " + id);
}

class PlotTest : public ::testing::Test {
 protected:
  void open(const std::string& id) {
    stage_ = std::make_unique<Stage>(scene(id));
    plot_ = std::make_unique<Plot>(scene(id), district().atlas, *stage_, 5u);
  }
  // Plays on until `done`; false when a minute passes without it.
  bool play_until(const std::function<bool()>& done) {
    for (int i = 0; i < 600; ++i, now_ += 0.1) {
      figures_.clear();
      plot_->step(now_, 0.1, figures_);
      if (done()) return true;
    }
    return false;
  }
  std::optional<Phase> phase(const std::string& id) const {
    for (const auto& s : plot_->standing()) {
      if (s.id == id) return s.phase;
    }
    return std::nullopt;
  }
  std::unique_ptr<Stage> stage_;
  std::unique_ptr<Plot> plot_;
  std::vector<Figure> figures_;
  double now_ = 0;
};

TEST_F(PlotTest, GoodsComeByPorterAndGoByPorter) {
  open("cam-01");
  ASSERT_TRUE(plot_->place("goods-1", now_).ok());
  EXPECT_FALSE(stage_->shows("goods-1"));
  ASSERT_TRUE(play_until([&] { return stage_->shows("goods-1"); }));
  EXPECT_EQ(figures_.size(), 1u);  // somebody stands before them as they appear
  EXPECT_EQ(phase("goods-1"), Phase::visible);
  ASSERT_TRUE(play_until([&] { return figures_.empty(); }));
  ASSERT_TRUE(plot_->remove("goods-1", now_).ok());
  EXPECT_TRUE(stage_->shows("goods-1"));
  ASSERT_TRUE(play_until([&] { return !stage_->shows("goods-1"); }));
  EXPECT_EQ(phase("goods-1"), Phase::cleared);
  ASSERT_TRUE(play_until([&] { return !phase("goods-1").has_value(); }));
  EXPECT_EQ(cv::norm(stage_->picture(), scene("cam-01").plate, cv::NORM_INF), 0);
}

TEST_F(PlotTest, RefusesWhatCannotBe) {
  open("cam-01");
  EXPECT_EQ(plot_->place("goods-9", 0).error().field, "object");
  EXPECT_EQ(plot_->remove("goods-1", 0).error().field, "object");
  EXPECT_EQ(plot_->start("crowd-1", 0).error().field, "event");
  ASSERT_TRUE(plot_->place("goods-1", 0).ok());
  EXPECT_FALSE(plot_->place("goods-1", 0).ok());
  EXPECT_FALSE(plot_->place("goods-2", 0).ok());   // the same place
  EXPECT_FALSE(plot_->remove("goods-1", 0).ok());  // not there yet
}

TEST_F(PlotTest, TheVanDrivesInStandsAndLeaves) {
  open("cam-02");
  EXPECT_FALSE(plot_->place("van-1", 0).ok());
  ASSERT_TRUE(plot_->start("van-1", now_).ok());
  ASSERT_TRUE(play_until([&] { return phase("van-1") == Phase::visible; }));
  EXPECT_TRUE(stage_->shows("van-1"));
  ASSERT_TRUE(plot_->stop("van-1", now_).ok());
  ASSERT_TRUE(play_until([&] { return !phase("van-1").has_value(); }));
  EXPECT_FALSE(stage_->shows("van-1"));
}

TEST_F(PlotTest, TheCrowdNeverStandsStill) {
  open("cam-03");
  ASSERT_TRUE(plot_->start("crowd-1", now_).ok());
  ASSERT_TRUE(play_until([&] { return phase("crowd-1") == Phase::visible; }));
  ASSERT_EQ(figures_.size(), 5u);
  // In any four seconds everyone has changed place, turn or pose.
  for (int round = 0; round < 8; ++round) {
    const auto before = figures_;
    std::vector<bool> changed(5, false);
    for (int i = 0; i < 40; ++i, now_ += 0.1) {
      figures_.clear();
      plot_->step(now_, 0.1, figures_);
      for (size_t k = 0; k < 5; ++k) {
        changed[k] = changed[k] || figures_[k].pose != before[k].pose ||
                     figures_[k].heading != before[k].heading;
      }
    }
    EXPECT_EQ(std::count(changed.begin(), changed.end(), true), 5) << "round " << round;
  }
  ASSERT_TRUE(plot_->stop("crowd-1", now_).ok());
  ASSERT_TRUE(play_until([&] { return plot_->standing().empty(); }));
}

TEST(Scenes, EveryPromisedThingIsThere) {
  const std::map<std::string, std::vector<std::string>> promised = {
      {"cam-01", {"goods-1", "goods-2"}},
      {"cam-02", {"pile-1", "van-1"}},
      {"cam-03", {"stall-1"}},
      {"cam-04", {"goods-1"}},
      {"cam-05", {"permitted-1", "stall-1", "outside-1"}},
      {"cam-06", {"pile-1"}}};
  for (const auto& [camera, objects] : promised) {
    for (const auto& id : objects)
      EXPECT_NE(scene(camera).object(id), nullptr) << camera << " " << id;
  }
  EXPECT_EQ(scene("cam-03").crowd->id, "crowd-1");
  EXPECT_EQ(scene("cam-04").light_step, "light-step");
}

TEST(Camera, TheSameSeedGivesTheSamePicture) {
  auto picture = [](unsigned seed) {
    auto camera = make_camera(district(), scene("cam-01"), seed);
    cv::Mat last;
    for (int i = 0; i < 5; ++i) (*camera.value()->compose(i * 0.1, {}).value()).copyTo(last);
    return last;
  };
  const cv::Mat a = picture(3), b = picture(3), c = picture(4);
  EXPECT_EQ(cv::norm(a, b, cv::NORM_INF), 0);
  EXPECT_GT(cv::norm(a, c, cv::NORM_INF), 0);
}

}  // namespace
}  // namespace xunjie::street
