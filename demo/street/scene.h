// A demonstration scene as it lies in demo/scenes/<camera>: the plate of the empty street, the
// objects that can stand on it, and the camera's matrix. Everything is loaded once and never
// changed; what is standing there now is Stage's business.
//
// Ground coordinates are metres (x along the street, y away from the camera, z up); pictures are
// 8-bit BGR; depth pictures are 16-bit centimetres along the view axis.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "base/result.h"

namespace xunjie::street {

// World to pixel, rows of a 3x4 matrix; the third row gives the depth in metres.
struct Projection {
  std::array<std::array<double, 4>, 3> m{};

  [[nodiscard]] double depth(double x, double y, double z) const {
    return m[2][0] * x + m[2][1] * y + m[2][2] * z + m[2][3];
  }
  [[nodiscard]] cv::Point2d pixel(double x, double y, double z) const;
  // Pixels a metre at that point (across the view).
  [[nodiscard]] double scale(double x, double y, double z) const {
    return focal() / depth(x, y, z);
  }
  [[nodiscard]] double focal() const;
  // Unit vector of the ground pointing right in the picture, and the one pointing away.
  [[nodiscard]] cv::Point2d right() const;
  [[nodiscard]] cv::Point2d away() const;
};

struct SceneObject {
  std::string id;
  std::string kind;   // goods, stall, pile, van, permitted_goods
  cv::Rect rect;      // where the crops lie in the picture
  cv::Mat picture;    // BGR
  cv::Mat alpha;      // 8-bit
  cv::Mat shadow;     // 8-bit ratio, 255 = unchanged
  cv::Mat depth;      // may be empty
  cv::Point2d at;     // ground point
  cv::Rect2d ground;  // footprint
};

struct Lane {
  std::vector<cv::Point2d> path;
};

struct Crowd {
  std::string id;
  cv::Point2d centre;
  double radius = 1.0;
  int count = 5;
};

struct Scene {
  std::string id;
  std::string title;
  cv::Size size;
  Projection projection;
  cv::Mat plate;          // empty when the scene is real footage
  cv::Mat plate_step;     // the plate with the extra lamp on; empty where there is none
  cv::Mat depth;          // empty for real footage
  cv::Mat sun;            // 8-bit, where the sun reaches; empty without sun
  cv::Mat ground;         // 8-bit mask: pixels that show the ground
  cv::Mat light_map;      // float, brightness of the street around, small
  cv::Mat title_picture;  // BGRA lettering
  std::optional<cv::Point3d> sun_direction;
  std::string video;       // file name of real footage, empty otherwise
  std::string light_step;  // event id, empty where there is none
  double light = 1.0;
  double warm = 0.0;
  std::array<double, 2> walk{-4, 0};
  std::array<double, 2> drive{-12, -5};
  std::vector<Lane> people;
  std::vector<Lane> vehicles;
  std::vector<Lane> riders;
  std::vector<SceneObject> objects;
  std::optional<Crowd> crowd;

  [[nodiscard]] const SceneObject* object(const std::string& object_id) const;
};

// Loads one folder; the error names the file and the field.
Result<Scene> load_scene(const std::filesystem::path& folder);

// Every folder of `root` with a scene.json, sorted by name; only that of camera `only` when it is
// given.
Result<std::vector<Scene>> load_scenes(const std::filesystem::path& root,
                                       const std::string& only = {});

}  // namespace xunjie::street
