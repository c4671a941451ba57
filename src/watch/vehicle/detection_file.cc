#include "watch/vehicle/detection_file.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include <boost/json.hpp>

namespace xunjie::watch::vehicle {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxLines = 1'000'000, kMaxLineBytes = 65'536, kMaxLabel = 64;
constexpr Micros kNear = millis(50);

Error wrong(const std::string& message, ErrorCode code = ErrorCode::invalid_argument) {
  return make_error(code, "track.detections: " + message, "track.detections");
}

bool box_from(const json::value* value, domain::PictureBox& box) {
  if (value == nullptr || !value->is_array() || value->get_array().size() != 4) return false;
  double v[4] = {};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& part = value->get_array()[i];
    if (!part.is_number()) return false;
    v[i] = part.to_number<double>();
  }
  box = {v[0], v[1], v[2], v[3]};
  // A detector may draw a little over the rim.
  return box.x >= -0.5 && box.y >= -0.5 && box.w > 0 && box.h > 0 && box.x + box.w <= 1.5 &&
         box.y + box.h <= 1.5;
}

Result<Detection> detection_from(const json::value& value, const std::string& where) {
  const json::object* object = value.if_object();
  if (object == nullptr) return wrong(where + " must be an object");
  Detection out;
  if (!box_from(object->if_contains("box"), out.box))
    return wrong(where + ".box must be [x, y, w, h] in 0..1 of the picture");
  const json::value* label = object->if_contains("label");
  if (label == nullptr || !label->is_string() || label->get_string().empty() ||
      label->get_string().size() > kMaxLabel)
    return wrong(where + ".label must be a text of 1 to 64 bytes");
  out.label = std::string(label->get_string());
  const json::value* score = object->if_contains("score");
  if (score == nullptr || !score->is_number()) return wrong(where + ".score must be 0 to 1");
  out.score = score->to_number<double>();
  if (!(out.score >= 0 && out.score <= 1)) return wrong(where + ".score must be 0 to 1");
  return out;
}

}  // namespace

Result<DetectionFile::Line> DetectionFile::line_from(const std::string& text,
                                                     const std::string& where) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  const json::object* object = error ? nullptr : value.if_object();
  if (object == nullptr) return wrong(where + " is not a JSON object");
  const json::value* at = object->if_contains("at");
  const json::value* boxes = object->if_contains("boxes");
  if (at == nullptr || !at->is_number()) return wrong(where + ": at must be media seconds");
  const double seconds_at = at->to_number<double>();
  if (!(seconds_at >= 0 && seconds_at < 1e7)) return wrong(where + ": at is out of range");
  if (boxes == nullptr || !boxes->is_array()) return wrong(where + ": boxes must be a list");
  Line line{Micros{std::llround(seconds_at * 1e6)}, {}};
  for (std::size_t i = 0; i < boxes->get_array().size(); ++i) {
    XUNJIE_TRY(detection,
               detection_from(boxes->get_array()[i], where + ": boxes[" + std::to_string(i) + "]"));
    line.detections.push_back(std::move(detection));
  }
  return line;
}

Result<DetectionFile> DetectionFile::read(const std::string& path) {
  std::ifstream file(path);
  if (!file) return wrong("cannot read " + path, ErrorCode::not_found);
  DetectionFile out;
  std::string text;
  for (std::size_t number = 1; std::getline(file, text); ++number) {
    const std::string where = "line " + std::to_string(number);
    if (number > kMaxLines || text.size() > kMaxLineBytes)
      return wrong(where + " is too much: 1000000 lines of 65536 bytes", ErrorCode::too_large);
    if (text.empty()) continue;
    XUNJIE_TRY(line, line_from(text, where));
    if (!out.lines_.empty() && line.at <= out.lines_.back().at)
      return wrong(where + ": at is not later than on the line before");
    out.lines_.push_back(std::move(line));
  }
  return out;
}

const std::vector<Detection>* DetectionFile::at(Micros media) const {
  const auto later = std::lower_bound(lines_.begin(), lines_.end(), media,
                                      [](const Line& line, Micros t) { return line.at < t; });
  const auto near = [&](auto line) {
    const Micros off = line->at - media;
    return off <= kNear && off >= Micros{} - kNear;
  };
  const bool after = later != lines_.end() && near(later);
  const bool before = later != lines_.begin() && near(std::prev(later));
  if (after && before) {
    const bool nearer = later->at - media <= media - std::prev(later)->at;
    return nearer ? &later->detections : &std::prev(later)->detections;
  }
  if (after) return &later->detections;
  return before ? &std::prev(later)->detections : nullptr;
}

}  // namespace xunjie::watch::vehicle
