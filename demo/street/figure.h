// One moving thing on the street at one moment, and how it is drawn: a sprite of the atlas, or an
// object's crop on its way in or out, scaled by its depth, hidden by what is nearer, lit as the
// street is lit there.
#pragma once

#include <opencv2/core.hpp>

#include "atlas.h"
#include "scene.h"

namespace xunjie::street {

struct Figure {
  const Sheet* sheet = nullptr;         // a sprite …
  const SceneObject* object = nullptr;  // … or a crop being moved
  cv::Point2d at;                       // ground point, metres
  double height = 0.0;                  // of the ground there: 0 pavement, -0.14 road
  double heading = 0.0;                 // radians, 0 = away along +y, right positive
  int pose = 0;
  double size = 1.0;        // 1 = as in the atlas
  cv::Vec3f tone{1, 1, 1};  // of the clothes, one factor a channel
  double slack = 0.35;      // how far the thing reaches towards the camera from its ground point, m
};

// Draws it on `picture` and returns the pixels touched (empty when out of view).
cv::Rect draw_figure(const Scene& scene, const cv::Mat& depth, const Figure& figure,
                     cv::Mat& picture);

}  // namespace xunjie::street
