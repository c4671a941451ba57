#include "watch/detect/model_description.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <utility>

#include <boost/json.hpp>

namespace xunjie::watch {
namespace {

namespace json = boost::json;

constexpr std::uintmax_t kMaxBytes = 1U << 20U;
constexpr std::size_t kMaxClasses = 1000;

Error wrong(const std::string& field, const std::string& message) {
  return make_error(ErrorCode::invalid_argument,
                    (field.empty() ? "model.json" : field) + ": " + message, field);
}

std::string shown(const json::value& value) {
  std::string text = json::serialize(value);
  return text.size() > 60 ? text.substr(0, 60) + "…" : text;
}

// Names go into lines and labels as they are.
bool plain(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != 0x7F;
  });
}

// One object of the document: its members by name, errors with their path.
class Fields {
 public:
  Fields(const json::object& object, std::string path) : object_(object), path_(std::move(path)) {}

  static Result<Fields> of(const json::value& value, const std::string& path,
                           std::initializer_list<std::string_view> known) {
    const json::object* object = value.if_object();
    if (object == nullptr) return wrong(path, "is " + shown(value) + "; an object is right");
    for (const auto& member : *object) {
      const std::string_view key(member.key().data(), member.key().size());
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      std::string names;
      for (const auto name : known) names += (names.empty() ? "" : ", ") + std::string(name);
      return wrong(path.empty() ? std::string(key.substr(0, 60))
                                : path + "." + std::string(key.substr(0, 60)),
                   "unknown field; known here: " + names);
    }
    return Fields(*object, path);
  }

  [[nodiscard]] const json::value* find(const char* key) const { return object_.if_contains(key); }
  [[nodiscard]] std::string at(const char* key) const {
    return path_.empty() ? key : path_ + "." + key;
  }
  [[nodiscard]] Error bad(const char* key, const json::value& found,
                          const std::string& right) const {
    return wrong(at(key), "is " + shown(found) + "; right is " + right);
  }

  [[nodiscard]] Result<const json::value*> need(const char* key, const std::string& right) const {
    const json::value* value = find(key);
    if (value == nullptr) return wrong(at(key), "is missing; right is " + right);
    return value;
  }

  [[nodiscard]] Result<double> number(const char* key, double low, double high,
                                      std::optional<double> otherwise) const {
    std::ostringstream right;
    right << "a number from " << low << " to " << high;
    const json::value* value = find(key);
    if (value == nullptr && otherwise) return *otherwise;
    if (value == nullptr) return wrong(at(key), "is missing; right is " + right.str());
    if (!value->is_number()) return bad(key, *value, right.str());
    const double number = value->to_number<double>();
    if (!(number >= low && number <= high)) return bad(key, *value, right.str());
    return number;
  }

  [[nodiscard]] Result<bool> truth(const char* key) const {
    const json::value* value = find(key);
    if (value == nullptr) return false;
    if (!value->is_bool()) return bad(key, *value, "true or false");
    return value->get_bool();
  }

  // One of some words; the index of the one found.
  [[nodiscard]] Result<std::size_t> word(const char* key,
                                         std::initializer_list<std::string_view> words,
                                         std::optional<std::size_t> otherwise) const {
    std::string right;
    for (const auto each : words) right += (right.empty() ? "" : ", ") + std::string(each);
    right = "one of " + right;
    const json::value* value = find(key);
    if (value == nullptr && otherwise) return *otherwise;
    if (value == nullptr) return wrong(at(key), "is missing; right is " + right);
    const json::string* text = value->if_string();
    if (text != nullptr) {
      const std::string_view said(text->data(), text->size());
      const auto* const it = std::find(words.begin(), words.end(), said);
      if (it != words.end()) return static_cast<std::size_t>(it - words.begin());
    }
    return bad(key, *value, right);
  }

  [[nodiscard]] Result<std::string> text(const char* key, std::size_t most) const {
    const std::string right = "a text of 1 to " + std::to_string(most) +
                              " bytes without quotes, backslashes and control characters";
    XUNJIE_TRY(value, need(key, right));
    const json::string* text = value->if_string();
    if (text == nullptr || !plain({text->data(), text->size()}, most))
      return bad(key, *value, right);
    return std::string(text->data(), text->size());
  }

 private:
  const json::object& object_;
  std::string path_;
};

Result<std::array<float, 3>> three(const Fields& fields, const char* key, float otherwise,
                                   bool positive) {
  const json::value* value = fields.find(key);
  std::array<float, 3> out{otherwise, otherwise, otherwise};
  if (value == nullptr) return out;
  const std::string right =
      std::string("three numbers") + (positive ? " above 0" : "") + ", in the order of channels";
  const json::array* list = value->if_array();
  if (list == nullptr || list->size() != 3) return fields.bad(key, *value, right);
  for (std::size_t i = 0; i < 3; ++i) {
    if (!(*list)[i].is_number()) return fields.bad(key, *value, right);
    const double number = (*list)[i].to_number<double>();
    if (!(std::abs(number) < 1e6) || (positive && !(number > 1e-6)))
      return fields.bad(key, *value, right);
    out[i] = static_cast<float>(number);
  }
  return out;
}

Result<int> side(const Fields& fields, const char* key) {
  XUNJIE_TRY(number, fields.number(key, 32, 2048, std::nullopt));
  if (std::fmod(number, 32) != 0)
    return fields.bad(key, *fields.find(key),
                      "a multiple of 32, as the strides of these heads ask");
  return static_cast<int>(number);
}

Result<ModelInput> input_from(const json::value& value) {
  XUNJIE_TRY(fields,
             Fields::of(value, "input",
                        {"width", "height", "layout", "channels", "mean", "std", "fit", "pad"}));
  ModelInput input;
  XUNJIE_TRY(width, side(fields, "width"));
  XUNJIE_TRY(height, side(fields, "height"));
  XUNJIE_TRY(layout, fields.word("layout", {"nchw", "nhwc"}, 0));
  XUNJIE_TRY(channels, fields.word("channels", {"rgb", "bgr"}, std::nullopt));
  XUNJIE_TRY(mean, three(fields, "mean", 0, false));
  XUNJIE_TRY(deviation, three(fields, "std", 1, true));
  XUNJIE_TRY(fit, fields.word("fit", {"letterbox", "letterbox_corner", "stretch"}, std::nullopt));
  XUNJIE_TRY(pad, fields.number("pad", 0, 255, 114));
  input.width = width;
  input.height = height;
  input.channels_last = layout == 1;
  input.rgb = channels == 0;
  input.mean = mean;
  input.std = deviation;
  input.fit = std::array{Fit::letterbox, Fit::letterbox_corner, Fit::stretch}[fit];
  input.pad = static_cast<int>(pad);
  return input;
}

Result<ports::DetectorClass> class_from(const json::value& value, const std::string& path) {
  if (const json::string* name = value.if_string(); name != nullptr) {
    if (!plain({name->data(), name->size()}, 60))
      return wrong(path,
                   "is " + shown(value) + "; right is a name of 1 to 60 bytes without quotes");
    return ports::DetectorClass{std::string(name->data(), name->size()), {}, {}, false};
  }
  XUNJIE_TRY(fields, Fields::of(value, path, {"name", "violations", "ignore", "elsewhere"}));
  ports::DetectorClass out;
  XUNJIE_TRY(name, fields.text("name", 60));
  out.name = name;
  XUNJIE_TRY(ignore, fields.truth("ignore"));
  if (ignore) out.meaning = ports::ClassMeaning::ignored;
  const json::value* violations = fields.find("violations");
  if (violations == nullptr) return out;
  if (ignore) return wrong(fields.at("violations"), "cannot stand beside \"ignore\": true");
  const json::array* list = violations->if_array();
  const std::string right = "a list of 1 to 8 ids of violation kinds, as in data/violations.json";
  if (list == nullptr || list->empty() || list->size() > 8)
    return fields.bad("violations", *violations, right);
  for (const auto& each : *list) {
    if (!each.is_string() || each.get_string().empty() || each.get_string().size() > 60)
      return fields.bad("violations", *violations, right);
    out.violations.emplace_back(std::string(each.get_string()));
  }
  out.meaning = ports::ClassMeaning::violation;
  XUNJIE_TRY(elsewhere, fields.word("elsewhere", {"rule", "ignore"}, 0));
  out.ignored_elsewhere = elsewhere == 1;
  return out;
}

Result<std::vector<ports::DetectorClass>> classes_from(const Fields& fields) {
  const std::string right = "a list of 1 to 1000 classes, in the model's order";
  XUNJIE_TRY(value, fields.need("classes", right));
  const json::array* list = value->if_array();
  if (list == nullptr || list->empty() || list->size() > kMaxClasses)
    return fields.bad("classes", *value, right);
  std::vector<ports::DetectorClass> out;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string path = "classes[" + std::to_string(i) + "]";
    XUNJIE_TRY(each, class_from((*list)[i], path));
    const auto same = [&](const auto& other) { return other.name == each.name; };
    if (std::any_of(out.begin(), out.end(), same))
      return wrong(path + ".name", "\"" + each.name + "\" stands twice; each name once is right");
    out.push_back(std::move(each));
  }
  return out;
}

Result<ModelDescription> description_from(const json::value& value) {
  XUNJIE_TRY(fields, Fields::of(value, "",
                                {"name", "file", "input", "head", "classes", "score", "nms",
                                 "surroundings", "require_class", "note"}));
  ModelDescription model;
  XUNJIE_TRY(name, fields.text("name", 100));
  model.info.name = name;
  XUNJIE_TRY(file, fields.text("file", 1000));
  model.file = file;
  XUNJIE_TRY(input_value, fields.need("input", "an object"));
  XUNJIE_TRY(input, input_from(*input_value));
  model.input = input;
  model.info.input_width = input.width;
  model.info.input_height = input.height;
  XUNJIE_TRY(head,
             fields.word("head", {"yolox", "yolov5", "yolov8", "rtdetr", "ssd"}, std::nullopt));
  model.head = static_cast<HeadKind>(head);
  XUNJIE_TRY(classes, classes_from(fields));
  model.info.classes = std::move(classes);
  XUNJIE_TRY(score, fields.number("score", 0.01, 0.99, 0.4));
  model.info.score = score;
  XUNJIE_TRY(nms, fields.number("nms", 0.1, 1, 0.5));
  model.nms = nms;
  XUNJIE_TRY(surroundings, fields.number("surroundings", 1, 8, 2));
  model.surroundings = surroundings;
  XUNJIE_TRY(require, fields.truth("require_class"));
  model.info.require_class = require;
  return model;
}

}  // namespace

std::string_view name_of(HeadKind kind) {
  switch (kind) {
    case HeadKind::yolox:
      return "yolox";
    case HeadKind::yolov5:
      return "yolov5";
    case HeadKind::yolov8:
      return "yolov8";
    case HeadKind::rtdetr:
      return "rtdetr";
    case HeadKind::ssd:
      return "ssd";
  }
  return "?";
}

Result<ModelDescription> model_from_json(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 16;
  const json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return wrong("", "is not JSON: " + error.message());
  return description_from(value);
}

Result<ModelDescription> model_from_file(const std::filesystem::path& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  if (failed) {
    return make_error(ErrorCode::not_found, "model: cannot read " + path.string(), "model");
  }
  if (size > kMaxBytes) {
    return make_error(ErrorCode::too_large,
                      "model: " + path.string() +
                          " is over 1 MiB; it is the description "
                          "(model.json) that is asked for, not the model",
                      "model");
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  XUNJIE_TRY(model, model_from_json(text.str()));
  model.file = path.parent_path() / model.file;
  if (!std::filesystem::is_regular_file(model.file, failed))
    return make_error(ErrorCode::not_found,
                      "file: there is no " + model.file.string() +
                          "; right is the model's path from the folder of " + path.string(),
                      "file");
  return model;
}

}  // namespace xunjie::watch
