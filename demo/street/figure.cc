#include "figure.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace xunjie::street {
namespace {

constexpr double kElevationCos = 0.9135;  // the atlas camera looks 24 degrees down
constexpr double kPi = 3.14159265358979;

cv::Point2d camera_place(const Projection& p) {
  const auto& m = p.m;
  const cv::Matx33d a(m[0][0], m[0][1], m[0][2], m[1][0], m[1][1], m[1][2], m[2][0], m[2][1],
                      m[2][2]);
  const cv::Vec3d c = -(a.inv() * cv::Vec3d(m[0][3], m[1][3], m[2][3]));
  return {c[0], c[1]};
}

// Colour factors for a sprite at a place: the street's brightness there and the scene's light.
cv::Vec3f tint(const Scene& scene, cv::Point2d foot) {
  float local = 1.0F;
  if (!scene.light_map.empty()) {
    const int u = std::clamp(static_cast<int>(foot.x / 16), 0, scene.light_map.cols - 1);
    const int v = std::clamp(static_cast<int>(foot.y / 16), 0, scene.light_map.rows - 1);
    local = std::clamp(std::pow(scene.light_map.at<float>(v, u), 0.7F), 0.6F, 1.2F);
  }
  const float base = local * static_cast<float>(scene.light);
  const auto warm = static_cast<float>(scene.warm);
  return {base * (1.0F - 0.22F * warm), base * (1.0F - 0.06F * warm), base * (1.0F + 0.10F * warm)};
}

// Darkens the ground by `shade`; where an object of the stage stands before it, nothing changes.
void darken(const Scene& scene, const cv::Mat& depth, const cv::Mat& shade, cv::Rect where,
            cv::Mat& picture) {
  for (int r = 0; r < where.height; ++r) {
    const auto* s = shade.ptr<uint8_t>(r);
    const auto* near = depth.empty() ? nullptr : depth.ptr<uint16_t>(where.y + r) + where.x;
    const auto* far = depth.empty() ? nullptr : scene.depth.ptr<uint16_t>(where.y + r) + where.x;
    auto* out = picture.ptr<cv::Vec3b>(where.y + r) + where.x;
    for (int c = 0; c < where.width; ++c) {
      if (s[c] == 0 || (near != nullptr && near[c] != far[c])) continue;
      for (int k = 0; k < 3; ++k) out[c][k] = static_cast<uint8_t>(out[c][k] * (255 - s[c]) / 255);
    }
  }
}

cv::Rect clip(const Scene& scene, cv::Rect r) {
  return r & cv::Rect({0, 0}, scene.size);
}

// The soft dark patch right under a figure.
cv::Rect contact_shadow(const Scene& scene, const cv::Mat& depth, const Figure& f, cv::Point2d foot,
                        double px, cv::Mat& picture) {
  const bool wide = f.sheet == nullptr || f.sheet->kind == "vehicle";
  const double rx = px * (wide ? 1.9 : 0.34) * f.size, ry = px * (wide ? 0.62 : 0.13) * f.size;
  const int pad = static_cast<int>(rx * 0.5) + 4;
  const cv::Rect full(static_cast<int>(foot.x - rx) - pad, static_cast<int>(foot.y - ry) - pad,
                      static_cast<int>(2 * rx) + 2 * pad, static_cast<int>(2 * ry) + 2 * pad);
  const cv::Rect where = clip(scene, full);
  if (where.empty()) return {};
  cv::Mat shade = cv::Mat::zeros(full.size(), CV_8UC1);
  cv::ellipse(shade, cv::Point(full.width / 2, full.height / 2),
              cv::Size(static_cast<int>(rx), static_cast<int>(ry)), 0, 0, 360, cv::Scalar(110), -1);
  cv::blur(shade, shade, cv::Size(pad | 1, std::max(3, static_cast<int>(ry * 0.8)) | 1));
  shade = shade(where - full.tl());
  cv::bitwise_and(shade, scene.ground(where), shade);
  darken(scene, depth, shade, where, picture);
  return where;
}

// The figure's outline thrown on the ground by the sun.
cv::Rect sun_shadow(const Scene& scene, const cv::Mat& depth, const Figure& f, cv::Rect cell,
                    bool mirror, cv::Mat& picture) {
  const auto& s = *f.sheet;
  const auto& p = scene.projection;
  const cv::Point3d d = *scene.sun_direction;
  const cv::Point2d across = p.right();
  const cv::Point2d fall(d.x / -d.z, d.y / -d.z);
  auto place = [&](double u, double v) {
    const double lateral = (u - s.foot.x) / s.px_per_m * (mirror ? -1 : 1) * f.size;
    const double up = (s.foot.y - v) / s.px_per_m / kElevationCos * f.size;
    return cv::Point2f(p.pixel(f.at.x + across.x * lateral + fall.x * up,
                               f.at.y + across.y * lateral + fall.y * up, f.height));
  };
  const auto w = static_cast<float>(cell.width), h = static_cast<float>(s.foot.y);
  const cv::Point2f from[4] = {{0, 0}, {w, 0}, {w, h}, {0, h}};
  cv::Point2f to[4] = {place(0, 0), place(w, 0), place(w, h), place(0, h)};
  const cv::Rect where = clip(scene, cv::boundingRect(std::vector<cv::Point2f>(to, to + 4)));
  if (where.area() < 16 || where.width > 900 || where.height > 500) return {};
  for (auto& q : to) q -= cv::Point2f(where.tl());
  cv::Mat shade;
  cv::warpPerspective(s.alpha(cell), shade, cv::getPerspectiveTransform(from, to), where.size());
  cv::blur(shade, shade, {3, 3});
  shade *= 0.5;
  cv::bitwise_and(shade, scene.ground(where), shade);
  cv::multiply(shade, scene.sun(where), shade, 1.0 / 255);
  darken(scene, depth, shade, where, picture);
  return where;
}

// Lays `sprite` over the picture at `full`, hidden where the street is nearer than `limit_cm`.
cv::Rect lay(const Scene& scene, const cv::Mat& depth, const cv::Mat& sprite, const cv::Mat& alpha,
             cv::Rect full, int limit_cm, cv::Vec3f tone, cv::Mat& picture) {
  const cv::Rect where = clip(scene, full);
  if (where.empty()) return {};
  for (int r = 0; r < where.height; ++r) {
    const int y = where.y + r;
    const auto* a = alpha.ptr<uint8_t>(y - full.y) + (where.x - full.x);
    const auto* from = sprite.ptr<cv::Vec3b>(y - full.y) + (where.x - full.x);
    const auto* near = depth.empty() ? nullptr : depth.ptr<uint16_t>(y) + where.x;
    auto* out = picture.ptr<cv::Vec3b>(y) + where.x;
    for (int c = 0; c < where.width; ++c) {
      if (a[c] < 6 || (near != nullptr && near[c] < limit_cm)) continue;
      for (int k = 0; k < 3; ++k) {
        const float v = std::min(255.0F, static_cast<float>(from[c][k]) * tone[k]);
        out[c][k] =
            static_cast<uint8_t>((out[c][k] * (255 - a[c]) + static_cast<int>(v) * a[c]) / 255);
      }
    }
  }
  return where;
}

cv::Rect draw_moving_object(const Scene& scene, const cv::Mat& depth, const Figure& f,
                            cv::Mat& picture) {
  const auto& o = *f.object;
  const auto& p = scene.projection;
  const double scale = p.depth(o.at.x, o.at.y, f.height) / p.depth(f.at.x, f.at.y, f.height);
  const cv::Point2d home = p.pixel(o.at.x, o.at.y, f.height),
                    now = p.pixel(f.at.x, f.at.y, f.height);
  const cv::Size size(static_cast<int>(o.rect.width * scale),
                      static_cast<int>(o.rect.height * scale));
  const cv::Rect full(cv::Point(static_cast<int>(now.x + (o.rect.x - home.x) * scale),
                                static_cast<int>(now.y + (o.rect.y - home.y) * scale)),
                      size);
  if (clip(scene, full).empty()) return {};
  cv::Rect touched =
      contact_shadow(scene, depth, f, now, p.scale(f.at.x, f.at.y, f.height), picture);
  cv::Mat sprite, alpha;
  cv::resize(o.picture, sprite, size);
  cv::resize(o.alpha, alpha, size);
  const int limit = static_cast<int>((p.depth(f.at.x, f.at.y, f.height) - f.slack) * 100);
  return touched | lay(scene, depth, sprite, alpha, full, limit, {1, 1, 1}, picture);
}

}  // namespace

cv::Rect draw_figure(const Scene& scene, const cv::Mat& depth, const Figure& f, cv::Mat& picture) {
  const auto& p = scene.projection;
  const double z = p.depth(f.at.x, f.at.y, f.height);
  if (z < 2.0) return {};
  if (f.object != nullptr) return draw_moving_object(scene, depth, f, picture);
  const auto& s = *f.sheet;
  const cv::Point2d foot = p.pixel(f.at.x, f.at.y, f.height);
  const double px = p.focal() / z;
  const double scale = px / s.px_per_m * f.size;
  const cv::Size size(static_cast<int>(s.cell.width * scale),
                      static_cast<int>(s.cell.height * scale));
  const cv::Rect full(cv::Point(static_cast<int>(std::lround(foot.x - s.foot.x * scale)),
                                static_cast<int>(std::lround(foot.y - s.foot.y * scale))),
                      size);
  cv::Rect reach = full;
  reach += cv::Size(static_cast<int>(4 * px), static_cast<int>(2 * px));
  reach -= cv::Point(static_cast<int>(2 * px), static_cast<int>(px));
  if (size.width < 4 || clip(scene, reach).empty()) return {};

  const cv::Point2d camera = camera_place(p);
  double turn = (f.heading - std::atan2(f.at.x - camera.x, f.at.y - camera.y)) * 180 / kPi;
  turn -= 360 * std::floor((turn + 180) / 360);
  const bool mirror = turn < 0;
  const cv::Rect cell = s.rect(turn, f.pose);
  cv::Rect touched = contact_shadow(scene, depth, f, foot, px, picture);
  if (scene.sun_direction && !scene.sun.empty())
    touched |= sun_shadow(scene, depth, f, cell, mirror, picture);
  if (clip(scene, full).empty()) return touched;
  cv::Mat sprite, alpha;
  const int how = scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR;
  cv::resize(s.picture(cell), sprite, size, 0, 0, how);
  cv::resize(s.alpha(cell), alpha, size, 0, 0, how);
  if (mirror) {
    cv::flip(sprite, sprite, 1);
    cv::flip(alpha, alpha, 1);
  }
  return touched | lay(scene, depth, sprite, alpha, full, static_cast<int>((z - f.slack) * 100),
                       tint(scene, foot).mul(f.tone), picture);
}

}  // namespace xunjie::street
