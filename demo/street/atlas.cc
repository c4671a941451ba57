#include "atlas.h"

#include <cmath>
#include <fstream>
#include <sstream>

#include <boost/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace xunjie::street {
namespace {

namespace json = boost::json;

Error bad(const std::filesystem::path& file, const std::string& what) {
  return make_error(ErrorCode::invalid_argument, file.string() + ": " + what,
                    file.filename().string());
}

Result<Sheet> load_sheet(const json::value& v, const std::filesystem::path& folder) {
  Sheet s;
  s.name = json::value_to<std::string>(v.at("name"));
  s.kind = json::value_to<std::string>(v.at("kind"));
  s.cell = {v.at("cell").at(0).to_number<int>(), v.at("cell").at(1).to_number<int>()};
  s.px_per_m = v.at("px_per_m").to_number<double>();
  for (const auto& t : v.at("turns").as_array()) s.turns.push_back(t.to_number<int>());
  s.poses = v.at("poses").to_number<int>();
  s.strides = v.at("strides").to_number<int>();
  s.foot = {v.at("foot").at(0).to_number<double>(), v.at("foot").at(1).to_number<double>()};
  const auto file = folder / json::value_to<std::string>(v.at("file"));
  const cv::Mat image = cv::imread(file.string(), cv::IMREAD_UNCHANGED);
  if (image.type() != CV_8UC4) return bad(file, "is not a picture with alpha");
  const cv::Rect needed(0, 0, s.cell.width * s.poses,
                        s.cell.height * static_cast<int>(s.turns.size()));
  if ((needed & cv::Rect({0, 0}, image.size())) != needed)
    return bad(file, "is smaller than its cells");
  cv::cvtColor(image, s.picture, cv::COLOR_BGRA2BGR);
  cv::extractChannel(image, s.alpha, 3);
  return s;
}

}  // namespace

cv::Rect Sheet::rect(double turn, int pose) const {
  const double want = std::abs(turn);
  size_t row = 0;
  for (size_t i = 1; i < turns.size(); ++i) {
    if (std::abs(turns[i] - want) < std::abs(turns[row] - want)) row = i;
  }
  const int column = pose < poses ? pose : pose % poses;
  return {column * cell.width, static_cast<int>(row) * cell.height, cell.width, cell.height};
}

std::vector<const Sheet*> Atlas::of_kind(const std::string& kind) const {
  std::vector<const Sheet*> out;
  for (const auto& s : sheets) {
    if (s.kind == kind) out.push_back(&s);
  }
  return out;
}

const Sheet* Atlas::named(const std::string& name) const {
  for (const auto& s : sheets) {
    if (s.name == name) return &s;
  }
  return nullptr;
}

Result<Atlas> load_atlas(const std::filesystem::path& folder) {
  const auto file = folder / "atlas.json";
  std::ifstream in(file);
  if (!in) return bad(file, "cannot be opened");
  std::stringstream text;
  text << in.rdbuf();
  Atlas atlas;
  try {
    const json::value doc = json::parse(text.str());
    for (const auto& v : doc.at("sheets").as_array()) {
      XUNJIE_TRY(sheet, load_sheet(v, folder));
      atlas.sheets.push_back(std::move(sheet));
    }
  } catch (const std::exception& e) {
    return bad(file, std::string("is not an atlas: ") + e.what());
  }
  atlas.clock = cv::imread((folder / "clock.png").string(), cv::IMREAD_UNCHANGED);
  if (atlas.clock.type() != CV_8UC4)
    return bad(folder / "clock.png", "is not a picture with alpha");
  for (const char* kind : {"person", "carrier", "rider", "vehicle"}) {
    if (atlas.of_kind(kind).empty()) return bad(file, std::string("has no sheet of kind ") + kind);
  }
  return atlas;
}

}  // namespace xunjie::street
