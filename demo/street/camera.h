// One camera of the demonstration: takes orders, moves its street on, and gives a picture a moment.
//
// Only what changed is composed anew: the street is kept as BGR and as I420; each frame puts back
// the rectangles touched last time, draws the figures, and converts just those rectangles.
// Exposure, sensor noise and the clock are laid over the finished luma plane.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "atlas.h"
#include "base/result.h"
#include "footage.h"
#include "lens.h"
#include "plot.h"
#include "scene.h"
#include "stage.h"
#include "traffic.h"

namespace xunjie::street {

// An order of the control protocol to one camera.
struct Order {
  enum class Kind { place, remove, start, stop };
  Kind kind;
  std::string id;
};

class Camera {
 public:
  using WallTime = std::chrono::system_clock::time_point;

  // `footage` is given for scenes of real footage and null otherwise.
  Camera(const Scene& scene, const Atlas& atlas, std::unique_ptr<Footage> footage, unsigned seed);

  // Any thread; `now` is media time in seconds, as in compose().
  // Events named lens-… are conditions of the lens.
  Result<void> order(const Order& order, double now);
  std::vector<Standing> standing() const;

  // The picture at media time `now` (must grow), I420 as one tall plane; valid until the next call.
  // `wall` is what the clock in the picture shows.
  Result<const cv::Mat*> compose(double now, WallTime wall);

  [[nodiscard]] const Scene& scene() const { return scene_; }

 private:
  void refresh_street();
  void paint_rendered(const std::vector<Figure>& figures);
  Result<void> paint_footage(const std::vector<Figure>& figures, double now);
  void expose(double now);
  void add_noise();
  void print(WallTime wall);
  void print_picture(const cv::Mat& letters, int x, int y, cv::Rect part);

  const Scene& scene_;
  const Atlas& atlas_;
  std::unique_ptr<Footage> footage_;
  mutable std::mutex mutex_;  // guards plot_, stage_ and lens_
  Stage stage_;
  Plot plot_;
  Traffic traffic_;
  Lens lens_;  // guarded by mutex_
  std::mt19937 random_;
  double last_ = -1;
  double shown_until_ = 0;  // media time up to which footage has been shown
  double phase_;
  std::pair<double, bool> lamp_{-1, false};
  int street_version_ = -1;
  cv::Mat street_, street_yuv_;  // without figures
  cv::Mat canvas_, canvas_yuv_;  // with figures
  cv::Mat out_;
  cv::Mat depth_;
  std::vector<cv::Rect> touched_;
  cv::Mat noise_up_, noise_down_;
};

}  // namespace xunjie::street
