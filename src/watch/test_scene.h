// Pictures for tests: a textured street and things put on it, as looks without any video.
#pragma once

#include <functional>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "watch/street.h"

namespace xunjie::watch {

// Times in tests are seconds after local midnight.
inline UtcMicros clock_at(double s) {
  return UtcMicros{1'767'196'800'000'000 + static_cast<std::int64_t>(s * 1e6)};
}

// Smooth random texture, 0..255 around `mean`.
inline cv::Mat texture(cv::Size size, int seed, double mean, double contrast, double grain = 3) {
  cv::RNG random(static_cast<std::uint64_t>(seed) * 7919 + 17);
  cv::Mat out(size, CV_32F);
  random.fill(out, cv::RNG::NORMAL, 0, 1);
  cv::GaussianBlur(out, out, cv::Size(), grain);
  cv::Scalar m, s;
  cv::meanStdDev(out, m, s);
  return (out - m[0]) * (contrast / s[0]) + mean;
}

class TestScene {
 public:
  explicit TestScene(ports::CameraConfig camera, WatchOptions options = {})
      : street(std::move(camera), options), grid_(grid_for(640, 480)) {
    ground_ = texture(pixels(), 1, 120, 22);
  }

  // A thing of its own texture; the rectangle in 0..1 of the picture. `variant` changes its look.
  void put(const cv::Rect2d& where, int variant) {
    const cv::Rect r(static_cast<int>(where.x * pixels().width),
                     static_cast<int>(where.y * pixels().height),
                     static_cast<int>(where.width * pixels().width),
                     static_cast<int>(where.height * pixels().height));
    texture(r.size(), 100 + variant, 70 + 25 * (variant % 4), 30).copyTo(picture_(r));
  }

  // One look at time `s` with what `draw` puts on the street.
  Judgement look(double s, const std::function<void(TestScene&)>& draw = {}) {
    picture_ = ground_.clone();
    if (draw) draw(*this);
    cv::Mat luma = picture_ * gain + offset;
    cv::Mat noise(luma.size(), CV_32F);
    random_.fill(noise, cv::RNG::NORMAL, 0, 1.5);
    luma += noise;
    if (blur > 0) cv::GaussianBlur(luma, luma, cv::Size(), blur);
    if (exact) luma = picture_.clone();
    cv::max(cv::min(luma, 255), 0, luma);
    Look look{clock_at(s), grid_, luma, cv::Mat(grid_.height, grid_.width, CV_32F, cv::Scalar(128)),
              cv::Mat(grid_.height, grid_.width, CV_32F, cv::Scalar(128))};
    const Judgement judged = street.judge(look);
    for (const auto& e : judged.raised) raised.push_back(e);
    for (const auto& e : judged.cleared) cleared.push_back(e);
    return judged;
  }

  // A look every `step` seconds from `from` up to and without `until`.
  void looks(double from, double until, double step,
             const std::function<void(TestScene&)>& draw = {}) {
    for (double s = from; s < until; s += step) look(s, draw);
  }

  [[nodiscard]] cv::Size pixels() const {
    return {grid_.width * kCellPixels, grid_.height * kCellPixels};
  }
  cv::Mat& picture() { return picture_; }
  cv::Mat& ground() { return ground_; }

  Street street;
  std::vector<RaisedEvent> raised;
  std::vector<ClearedEvent> cleared;
  double gain = 1, offset = 0, blur = 0;
  bool exact = false;

 private:
  GridSize grid_;
  cv::Mat ground_, picture_;
  cv::RNG random_{42};
};

// Where tests put something, what, and when by their clock.
inline const cv::Rect2d kPlace(0.4, 0.5, 0.12, 0.14);
inline const auto kGoods = [](TestScene& s) { s.put(kPlace, 1); };

inline double seconds_of(UtcMicros at) {
  return (at - clock_at(0)).seconds();
}

// One pavement over the lower two thirds, dwell 30 s.
inline ports::CameraConfig test_camera() {
  ports::CameraConfig camera;
  camera.id = domain::CameraId("test-01");
  camera.name = "测试";
  camera.kind = "fixed";
  ports::Zone zone;
  zone.id = domain::ZoneId("pavement");
  zone.polygon = {{0, 0.34}, {1, 0.34}, {1, 1}, {0, 1}};
  zone.watch = {{domain::ViolationKindId("goods_on_pavement"), seconds(30)}};
  camera.zones = {zone};
  return camera;
}

}  // namespace xunjie::watch
