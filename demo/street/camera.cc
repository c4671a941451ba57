#include "camera.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <string_view>

#include <opencv2/imgproc.hpp>

namespace xunjie::street {
namespace {

constexpr int kNoiseMargin = 96;
constexpr std::string_view kLens = "lens-";

// Grown to even pixels, so that the halved colour planes line up.
cv::Rect even(cv::Rect r, cv::Size size) {
  const int x1 = std::min(size.width, (r.x + r.width + 1) & ~1),
            y1 = std::min(size.height, (r.y + r.height + 1) & ~1);
  const int x0 = std::max(0, r.x & ~1), y0 = std::max(0, r.y & ~1);
  return {x0, y0, std::max(0, x1 - x0), std::max(0, y1 - y0)};
}

// The three planes of an I420 picture held as one matrix of height * 3 / 2 rows.
struct Planes {
  cv::Mat y, u, v;
};
Planes planes(cv::Mat& yuv, cv::Size size) {
  const int w = size.width, h = size.height;
  return {yuv.rowRange(0, h),
          cv::Mat(h / 2, w / 2, CV_8UC1, yuv.data + static_cast<ptrdiff_t>(w) * h),
          cv::Mat(h / 2, w / 2, CV_8UC1, yuv.data + static_cast<ptrdiff_t>(w) * h * 5 / 4)};
}

cv::Rect half(cv::Rect r) {
  return {r.x / 2, r.y / 2, r.width / 2, r.height / 2};
}

void copy_patch(const Planes& from, Planes to, cv::Rect r) {
  from.y(r).copyTo(to.y(r));
  from.u(half(r)).copyTo(to.u(half(r)));
  from.v(half(r)).copyTo(to.v(half(r)));
}

void convert_patch(const cv::Mat& bgr, Planes to, cv::Rect r) {
  cv::Mat yuv;
  cv::cvtColor(bgr(r), yuv, cv::COLOR_BGR2YUV_I420);
  // cvtColor gives continuous planes whatever the width.
  const Planes from = planes(yuv, r.size());
  from.y.copyTo(to.y(r));
  from.u.copyTo(to.u(half(r)));
  from.v.copyTo(to.v(half(r)));
}

}  // namespace

Camera::Camera(const Scene& scene, const Atlas& atlas, std::unique_ptr<Footage> footage,
               unsigned seed)
    : scene_(scene),
      atlas_(atlas),
      footage_(std::move(footage)),
      stage_(scene),
      plot_(scene, atlas, stage_, seed + 1),
      traffic_(scene, atlas, seed),
      lens_(scene.size, seed + 4),
      random_(seed + 2),
      phase_(0.37 * (seed % 97)) {
  canvas_yuv_.create(scene.size.height * 3 / 2, scene.size.width, CV_8UC1);
  cv::RNG rng(seed + 3);
  cv::Mat noise(scene.size.height + kNoiseMargin, scene.size.width + kNoiseMargin, CV_16SC1);
  rng.fill(noise, cv::RNG::NORMAL, 0, scene.warm > 0 ? 3.2 : 1.9);
  noise.convertTo(noise_up_, CV_8U);
  noise.convertTo(noise_down_, CV_8U, -1);
}

Result<void> Camera::order(const Order& order, double now) {
  const std::lock_guard lock(mutex_);
  if (order.id.starts_with(kLens)) {
    const bool on = order.kind == Order::Kind::start;
    return lens_.set(order.id.substr(kLens.size()), on, now);
  }
  switch (order.kind) {
    case Order::Kind::place:
      return plot_.place(order.id, now);
    case Order::Kind::remove:
      return plot_.remove(order.id, now);
    case Order::Kind::start:
      return plot_.start(order.id, now);
    case Order::Kind::stop:
      return plot_.stop(order.id, now);
  }
  return make_error(ErrorCode::internal, "unknown order");
}

std::vector<Standing> Camera::standing() const {
  const std::lock_guard lock(mutex_);
  return plot_.standing();
}

void Camera::refresh_street() {
  if (stage_.version() == street_version_) return;
  street_version_ = stage_.version();
  stage_.picture().copyTo(street_);
  stage_.depth().copyTo(depth_);
  cv::cvtColor(street_, street_yuv_, cv::COLOR_BGR2YUV_I420);
  street_.copyTo(canvas_);
  street_yuv_.copyTo(canvas_yuv_);
  touched_.clear();
}

void Camera::paint_rendered(const std::vector<Figure>& figures) {
  const Planes clean = planes(street_yuv_, scene_.size), to = planes(canvas_yuv_, scene_.size);
  for (const auto& r : touched_) {
    street_(r).copyTo(canvas_(r));
    copy_patch(clean, to, r);
  }
  touched_.clear();
  for (const auto& f : figures) {
    const cv::Rect r = even(draw_figure(scene_, depth_, f, canvas_), scene_.size);
    if (!r.empty()) touched_.push_back(r);
  }
  for (const auto& r : touched_) convert_patch(canvas_, to, r);
}

Result<void> Camera::paint_footage(const std::vector<Figure>& figures, double now) {
  while (shown_until_ <= now) {
    XUNJIE_TRY_VOID(footage_->next(street_));
    shown_until_ += 1.0 / footage_->frames_per_second();
  }
  if (street_.size() != scene_.size) {
    return make_error(ErrorCode::invalid_argument, "footage is not of the scene's size", "size");
  }
  street_.copyTo(canvas_);
  {
    const std::lock_guard lock(mutex_);
    stage_.put_on_frame(canvas_);
  }
  for (const auto& f : figures) draw_figure(scene_, depth_, f, canvas_);
  cv::cvtColor(canvas_, canvas_yuv_, cv::COLOR_BGR2YUV_I420);
  return {};
}

// Slow drift as of thin cloud and an automatic aperture, and the aperture's answer to a lamp.
void Camera::expose(double now) {
  double gain = 1.0 + 0.018 * std::sin(now / 41 * 6.283 + phase_) +
                0.010 * std::sin(now / 13.7 * 6.283 + 2 * phase_);
  const auto [at, on] = lamp_;
  if (at >= 0) {
    const double settled = 1.0 - std::exp(-(now - at) / 0.9);
    gain *= on ? 1.0 - 0.10 * settled : 0.90 + 0.10 * settled;
  }
  cv::Mat y = planes(out_, scene_.size).y;
  cv::convertScaleAbs(y, y, gain);
}

void Camera::add_noise() {
  std::uniform_int_distribution<int> offset(0, kNoiseMargin);
  cv::Mat y = planes(out_, scene_.size).y;
  const cv::Rect a({offset(random_), offset(random_)}, scene_.size);
  cv::add(y, noise_up_(a), y);
  cv::subtract(y, noise_down_(a), y);
}

void Camera::print_picture(const cv::Mat& letters, int x, int y, cv::Rect part) {
  Planes to = planes(out_, scene_.size);
  const cv::Rect where = cv::Rect(x, y, part.width, part.height) & cv::Rect({0, 0}, scene_.size);
  for (int r = 0; r < where.height; ++r) {
    const auto* from = letters.ptr<cv::Vec4b>(part.y + r) + part.x;
    auto* out = to.y.ptr<uint8_t>(where.y + r) + where.x;
    for (int c = 0; c < where.width; ++c) {
      const int a = from[c][3];
      out[c] = static_cast<uint8_t>((out[c] * (255 - a) + from[c][1] * a) / 255);
      if (a > 128) {
        to.u.at<uint8_t>((where.y + r) / 2, (where.x + c) / 2) = 128;
        to.v.at<uint8_t>((where.y + r) / 2, (where.x + c) / 2) = 128;
      }
    }
  }
}

void Camera::print(WallTime wall) {
  // Shanghai time whatever the machine is set to; China knows no summer time.
  const std::time_t seconds = std::chrono::system_clock::to_time_t(wall + std::chrono::hours(8));
  std::tm local{};
  gmtime_r(&seconds, &local);
  char text[32];
  const size_t n = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local);
  const std::string cells = "0123456789-: ";
  const int w = atlas_.clock.cols / static_cast<int>(cells.size());
  int x = 24;
  for (size_t i = 0; i < n; ++i, x += w) {
    const auto k = static_cast<int>(cells.find(text[i]));
    print_picture(atlas_.clock, x, 18, {k * w, 0, w, atlas_.clock.rows});
  }
  const auto& title = scene_.title_picture;
  print_picture(title, scene_.size.width - title.cols - 24, scene_.size.height - title.rows - 14,
                {0, 0, title.cols, title.rows});
}

Result<const cv::Mat*> Camera::compose(double now, WallTime wall) {
  const double dt = last_ < 0 ? 0.0 : std::clamp(now - last_, 0.0, 1.0);
  // A street nobody walks on at the first picture would look dead: let a minute pass unseen.
  if (last_ < 0) {
    std::vector<Figure> unseen;
    for (int i = 0; i < 600; ++i) traffic_.step(0.1, {}, unseen), unseen.clear();
  }
  last_ = now;
  std::vector<Figure> figures;
  {
    const std::lock_guard lock(mutex_);
    plot_.step(now, dt, figures);
    traffic_.step(dt, plot_.obstacles(), figures);
    lamp_ = plot_.lamp();
    if (!footage_) refresh_street();
  }
  const auto& p = scene_.projection;
  std::stable_sort(figures.begin(), figures.end(), [&](const Figure& a, const Figure& b) {
    return p.depth(a.at.x, a.at.y, 0) > p.depth(b.at.x, b.at.y, 0);
  });
  if (footage_) {
    XUNJIE_TRY_VOID(paint_footage(figures, now));
  } else {
    paint_rendered(figures);
  }
  canvas_yuv_.copyTo(out_);
  if (!footage_) {
    expose(now);
    add_noise();
  }
  {
    const std::lock_guard lock(mutex_);
    lens_.apply(out_, now);
  }
  print(wall);
  return &out_;
}

}  // namespace xunjie::street
