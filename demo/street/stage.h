// What stands on the street now: the plate with the visible objects put on it, and its depth.
//
// Objects are put on by their shadow's ratio (street x ratio) and their alpha, always starting from
// the plate, so that taking the last one away gives the plate back to the bit.
#pragma once

#include <set>
#include <string>

#include <opencv2/core.hpp>

#include "scene.h"

namespace xunjie::street {

// Puts `object` on `picture` (whole scene, BGR): first its shadow, then itself where it is nearer
// than `depth` says (empty: everywhere). `gain` multiplies the object's colours, one factor a
// channel.
void put_shadow(const SceneObject& object, cv::Mat& picture);
void put_object(const SceneObject& object, cv::Mat& picture, cv::Mat& depth,
                const cv::Scalar& gain = {1, 1, 1});

class Stage {
 public:
  explicit Stage(const Scene& scene);

  void show(const std::string& id);
  void hide(const std::string& id);
  void set_lamp(bool on);

  [[nodiscard]] bool shows(const std::string& id) const { return visible_.contains(id); }
  [[nodiscard]] const std::set<std::string>& visible() const { return visible_; }
  [[nodiscard]] const cv::Mat& picture() const { return picture_; }
  [[nodiscard]] const cv::Mat& depth() const { return depth_; }
  // Counts every change of picture().
  [[nodiscard]] int version() const { return version_; }

  // Real footage: puts the visible objects on a frame in place.
  void put_on_frame(cv::Mat& frame) const;

 private:
  void compose();
  [[nodiscard]] std::vector<const SceneObject*> far_to_near() const;

  const Scene& scene_;
  std::set<std::string> visible_;
  bool lamp_ = false;
  int version_ = 0;
  cv::Mat picture_;
  cv::Mat depth_;
};

}  // namespace xunjie::street
