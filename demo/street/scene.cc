#include "scene.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include <boost/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace xunjie::street {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

Error bad(const fs::path& file, const std::string& what) {
  return make_error(ErrorCode::invalid_argument, file.string() + ": " + what,
                    file.filename().string());
}

Result<cv::Mat> picture(const fs::path& file, int flags, int type) {
  cv::Mat image = cv::imread(file.string(), flags);
  if (image.empty()) return bad(file, "cannot be read as a picture");
  if (image.type() != type) return bad(file, "has another pixel type than expected");
  return image;
}

std::vector<Lane> lanes(const json::value& array) {
  std::vector<Lane> out;
  for (const auto& item : array.as_array()) {
    Lane lane;
    for (const auto& point : item.at("path").as_array()) {
      lane.path.emplace_back(point.at(0).to_number<double>(), point.at(1).to_number<double>());
    }
    out.push_back(std::move(lane));
  }
  return out;
}

Result<SceneObject> load_object(const json::value& v, const fs::path& folder, cv::Size size) {
  SceneObject o;
  o.id = json::value_to<std::string>(v.at("id"));
  o.kind = json::value_to<std::string>(v.at("kind"));
  o.rect = {v.at("x").to_number<int>(), v.at("y").to_number<int>(), v.at("w").to_number<int>(),
            v.at("h").to_number<int>()};
  o.at = {v.at("at").at(0).to_number<double>(), v.at("at").at(1).to_number<double>()};
  const auto& g = v.at("ground");
  const double x0 = g.at(0).to_number<double>();
  const double y0 = g.at(1).to_number<double>();
  o.ground = {x0, y0, g.at(2).to_number<double>() - x0, g.at(3).to_number<double>() - y0};
  auto file = [&](const char* field) { return folder / json::value_to<std::string>(v.at(field)); };
  XUNJIE_TRY(crop, picture(file("crop"), cv::IMREAD_UNCHANGED, CV_8UC4));
  XUNJIE_TRY(shadow, picture(file("shadow"), cv::IMREAD_UNCHANGED, CV_8UC1));
  XUNJIE_TRY(depth, picture(file("depth"), cv::IMREAD_UNCHANGED, CV_16UC1));
  if (crop.size() != o.rect.size() || shadow.size() != crop.size() || depth.size() != crop.size()) {
    return bad(file("crop"), "crop, shadow, depth and w x h differ in size");
  }
  if ((o.rect & cv::Rect({0, 0}, size)) != o.rect) {
    return bad(file("crop"), "lies outside the picture");
  }
  cv::cvtColor(crop, o.picture, cv::COLOR_BGRA2BGR);
  cv::extractChannel(crop, o.alpha, 3);
  o.shadow = shadow;
  o.depth = depth;
  return o;
}

// Marks pixels whose depth is that of the ground plane there (a little slack for the kerb).
cv::Mat ground_mask(const Scene& s) {
  cv::Mat mask(s.size, CV_8UC1, cv::Scalar(s.depth.empty() ? 255 : 0));
  if (s.depth.empty()) return mask;
  const auto& m = s.projection.m;
  for (int v = 0; v < s.size.height; ++v) {
    const auto* depth = s.depth.ptr<uint16_t>(v);
    auto* out = mask.ptr<uint8_t>(v);
    for (int u = 0; u < s.size.width; ++u) {
      const double a = m[0][0] - u * m[2][0], b = m[0][1] - u * m[2][1];
      const double c = m[1][0] - v * m[2][0], d = m[1][1] - v * m[2][1];
      const double e = u * m[2][3] - m[0][3], f = v * m[2][3] - m[1][3];
      const double det = a * d - b * c;
      if (std::abs(det) < 1e-9) continue;
      const double x = (e * d - b * f) / det, y = (a * f - e * c) / det;
      const double z = s.projection.depth(x, y, 0);
      if (z > 0 && std::abs(z * 100 - depth[u]) < 45) out[u] = 255;
    }
  }
  return mask;
}

// Brightness of the street around each place relative to its usual brightness.
cv::Mat light_map(const cv::Mat& plate) {
  cv::Mat grey, small, out;
  cv::cvtColor(plate, grey, cv::COLOR_BGR2GRAY);
  cv::resize(grey, small, {plate.cols / 16, plate.rows / 16}, 0, 0, cv::INTER_AREA);
  cv::GaussianBlur(small, small, {0, 0}, 1.6);
  small.convertTo(out, CV_32F,
                  1.0 / std::max(20.0, cv::mean(small.rowRange(small.rows / 2, small.rows))[0]));
  return out;
}

Result<void> load_pictures(const json::object& doc, const fs::path& folder, Scene& s) {
  auto name = [&](const json::value& v) { return folder / json::value_to<std::string>(v); };
  XUNJIE_TRY(title, picture(folder / "title.png", cv::IMREAD_UNCHANGED, CV_8UC4));
  s.title_picture = title;
  if (!doc.contains("plate")) return {};
  XUNJIE_TRY(plate, picture(name(doc.at("plate")), cv::IMREAD_COLOR, CV_8UC3));
  XUNJIE_TRY(depth, picture(name(doc.at("depth")), cv::IMREAD_UNCHANGED, CV_16UC1));
  if (plate.size() != s.size || depth.size() != s.size) {
    return bad(folder / "scene.json", "plate and depth must have the scene's size");
  }
  s.plate = plate;
  s.depth = depth;
  s.light_map = light_map(plate);
  if (doc.at("sun").is_object()) {
    XUNJIE_TRY(sun, picture(name(doc.at("sun").at("mask")), cv::IMREAD_UNCHANGED, CV_8UC1));
    cv::resize(sun, s.sun, s.size, 0, 0, cv::INTER_LINEAR);
    const auto& d = doc.at("sun").at("direction");
    s.sun_direction = cv::Point3d(d.at(0).to_number<double>(), d.at(1).to_number<double>(),
                                  d.at(2).to_number<double>());
  }
  if (const auto* step = doc.if_contains("light_step")) {
    XUNJIE_TRY(lit, picture(name(step->at("plate")), cv::IMREAD_COLOR, CV_8UC3));
    if (lit.size() != s.size)
      return bad(folder / "scene.json", "light_step.plate has another size");
    s.plate_step = lit;
    s.light_step = json::value_to<std::string>(step->at("id"));
  }
  return {};
}

Result<void> fill(const json::object& doc, const fs::path& folder, Scene& s) {
  s.id = json::value_to<std::string>(doc.at("id"));
  s.title = json::value_to<std::string>(doc.at("title"));
  s.size = {doc.at("size").at(0).to_number<int>(), doc.at("size").at(1).to_number<int>()};
  for (size_t r = 0; r < 3; ++r) {
    for (size_t c = 0; c < 4; ++c) {
      s.projection.m[r][c] = doc.at("matrix").at(r).at(c).to_number<double>();
    }
  }
  s.light = doc.at("light").to_number<double>();
  s.warm = doc.at("warm").to_number<double>();
  for (size_t i = 0; i < 2; ++i) {
    s.walk[i] = doc.at("walk").at(i).to_number<double>();
    s.drive[i] = doc.at("drive").at(i).to_number<double>();
  }
  s.people = lanes(doc.at("people"));
  s.vehicles = lanes(doc.at("vehicles"));
  s.riders = lanes(doc.at("riders"));
  if (const auto* video = doc.if_contains("video")) s.video = json::value_to<std::string>(*video);
  if (const auto* crowd = doc.if_contains("crowd")) {
    s.crowd = Crowd{json::value_to<std::string>(crowd->at("id")),
                    {crowd->at("centre").at(0).to_number<double>(),
                     crowd->at("centre").at(1).to_number<double>()},
                    crowd->at("radius").to_number<double>(),
                    crowd->at("count").to_number<int>()};
  }
  XUNJIE_TRY_VOID(load_pictures(doc, folder, s));
  for (const auto& v : doc.at("objects").as_array()) {
    XUNJIE_TRY(object, load_object(v, folder, s.size));
    s.objects.push_back(std::move(object));
  }
  s.ground = ground_mask(s);
  return {};
}

}  // namespace

cv::Point2d Projection::pixel(double x, double y, double z) const {
  const double w = depth(x, y, z);
  return {(m[0][0] * x + m[0][1] * y + m[0][2] * z + m[0][3]) / w,
          (m[1][0] * x + m[1][1] * y + m[1][2] * z + m[1][3]) / w};
}

double Projection::focal() const {
  // |row 1 x row 3| is the focal length because row 3 is a unit vector and the pixels are square.
  const auto& a = m[0];
  const auto& c = m[2];
  const double x = a[1] * c[2] - a[2] * c[1], y = a[2] * c[0] - a[0] * c[2],
               z = a[0] * c[1] - a[1] * c[0];
  return std::sqrt(x * x + y * y + z * z);
}

cv::Point2d Projection::right() const {
  const cv::Point2d a = away();
  return {a.y, -a.x};
}

cv::Point2d Projection::away() const {
  const double n = std::hypot(m[2][0], m[2][1]);
  return {m[2][0] / n, m[2][1] / n};
}

const SceneObject* Scene::object(const std::string& object_id) const {
  for (const auto& o : objects) {
    if (o.id == object_id) return &o;
  }
  return nullptr;
}

Result<Scene> load_scene(const fs::path& folder) {
  const fs::path file = folder / "scene.json";
  std::ifstream in(file);
  if (!in) return bad(file, "cannot be opened");
  std::stringstream text;
  text << in.rdbuf();
  Scene scene;
  // Boost.JSON's at() throws; the border of this module is here.
  try {
    const json::value doc = json::parse(text.str());
    XUNJIE_TRY_VOID(fill(doc.as_object(), folder, scene));
  } catch (const std::exception& e) {
    return bad(file, std::string("is not a scene: ") + e.what());
  }
  return scene;
}

Result<std::vector<Scene>> load_scenes(const fs::path& root, const std::string& only) {
  std::error_code ec;
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(root, ec)) {
    if (!only.empty() && entry.path().filename() != only) continue;
    if (fs::exists(entry.path() / "scene.json")) folders.push_back(entry.path());
  }
  if (ec) return bad(root, "cannot be listed: " + ec.message());
  if (folders.empty()) {
    return bad(root,
               only.empty() ? "holds no folder with a scene.json" : "holds no camera " + only);
  }
  std::sort(folders.begin(), folders.end());
  std::vector<Scene> scenes;
  for (const auto& folder : folders) {
    XUNJIE_TRY(scene, load_scene(folder));
    scenes.push_back(std::move(scene));
  }
  return scenes;
}

}  // namespace xunjie::street
