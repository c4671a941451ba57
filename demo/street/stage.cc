#include "stage.h"

#include <algorithm>

namespace xunjie::street {
namespace {

uint8_t mix(int from, int to, int alpha) {
  return static_cast<uint8_t>((from * (255 - alpha) + to * alpha + 127) / 255);
}

// How the extra lamp changes the light on an object: the street around it with and without.
cv::Scalar lamp_gain(const Scene& scene, const SceneObject& object) {
  const cv::Scalar off = cv::mean(scene.plate(object.rect));
  const cv::Scalar on = cv::mean(scene.plate_step(object.rect));
  cv::Scalar gain(1, 1, 1);
  for (int c = 0; c < 3; ++c) gain[c] = std::clamp(on[c] / std::max(4.0, off[c]), 0.6, 2.5);
  return gain;
}

}  // namespace

void put_shadow(const SceneObject& object, cv::Mat& picture) {
  for (int r = 0; r < object.rect.height; ++r) {
    const auto* shadow = object.shadow.ptr<uint8_t>(r);
    auto* out = picture.ptr<cv::Vec3b>(object.rect.y + r) + object.rect.x;
    for (int c = 0; c < object.rect.width; ++c) {
      if (shadow[c] == 255) continue;
      for (int k = 0; k < 3; ++k)
        out[c][k] = static_cast<uint8_t>((out[c][k] * shadow[c] + 127) / 255);
    }
  }
}

void put_object(const SceneObject& object, cv::Mat& picture, cv::Mat& depth,
                const cv::Scalar& gain) {
  const bool plain = gain == cv::Scalar(1, 1, 1);
  for (int r = 0; r < object.rect.height; ++r) {
    const auto* alpha = object.alpha.ptr<uint8_t>(r);
    const auto* from = object.picture.ptr<cv::Vec3b>(r);
    const auto* near = object.depth.ptr<uint16_t>(r);
    auto* out = picture.ptr<cv::Vec3b>(object.rect.y + r) + object.rect.x;
    auto* far = depth.empty() ? nullptr : depth.ptr<uint16_t>(object.rect.y + r) + object.rect.x;
    for (int c = 0; c < object.rect.width; ++c) {
      if (alpha[c] == 0) continue;
      const bool solid = alpha[c] > 100;
      if (far != nullptr && solid && near[c] > far[c] + 8) continue;
      for (int k = 0; k < 3; ++k) {
        const int v = plain ? from[c][k] : cv::saturate_cast<uint8_t>(from[c][k] * gain[k]);
        out[c][k] = mix(out[c][k], v, alpha[c]);
      }
      if (far != nullptr && solid) far[c] = near[c];
    }
  }
}

Stage::Stage(const Scene& scene) : scene_(scene) {
  compose();
}

void Stage::show(const std::string& id) {
  if (scene_.object(id) != nullptr && visible_.insert(id).second) compose();
}

void Stage::hide(const std::string& id) {
  if (visible_.erase(id) > 0) compose();
}

void Stage::set_lamp(bool on) {
  if (scene_.plate_step.empty() || lamp_ == on) return;
  lamp_ = on;
  compose();
}

std::vector<const SceneObject*> Stage::far_to_near() const {
  std::vector<const SceneObject*> list;
  for (const auto& id : visible_) list.push_back(scene_.object(id));
  std::sort(list.begin(), list.end(), [&](const auto* a, const auto* b) {
    return scene_.projection.depth(a->at.x, a->at.y, 0) >
           scene_.projection.depth(b->at.x, b->at.y, 0);
  });
  return list;
}

void Stage::compose() {
  ++version_;
  if (scene_.plate.empty()) return;
  (lamp_ ? scene_.plate_step : scene_.plate).copyTo(picture_);
  scene_.depth.copyTo(depth_);
  const auto list = far_to_near();
  for (const auto* o : list) put_shadow(*o, picture_);
  for (const auto* o : list) {
    put_object(*o, picture_, depth_, lamp_ ? lamp_gain(scene_, *o) : cv::Scalar(1, 1, 1));
  }
}

void Stage::put_on_frame(cv::Mat& frame) const {
  cv::Mat none;
  const auto list = far_to_near();
  for (const auto* o : list) put_shadow(*o, frame);
  for (const auto* o : list) put_object(*o, frame, none);
}

}  // namespace xunjie::street
