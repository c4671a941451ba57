#include "app/json_reader.h"

#include <cmath>

namespace xunjie::app {
namespace {

std::string_view kind_name(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "true/false";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
      return "integer";
    case boost::json::kind::double_:
      return "number";
    case boost::json::kind::string:
      return "string";
    case boost::json::kind::array:
      return "array";
    case boost::json::kind::object:
      return "object";
  }
  return "unknown";
}

}  // namespace

Result<boost::json::value> parse_json(std::string_view text, std::size_t size_max) {
  if (text.size() > size_max) {
    return make_error(ErrorCode::too_large, "JSON 正文有 " + std::to_string(text.size()) +
                                                " 字节，上限为 " + std::to_string(size_max));
  }
  boost::json::error_code failure;
  boost::json::parse_options options;
  options.max_depth = 32;
  try {
    boost::json::value value = boost::json::parse(
        boost::json::string_view(text.data(), text.size()), failure, {}, options);
    if (!failure) return value;
  } catch (const std::exception& caught) {
    return make_error(ErrorCode::invalid_argument, "正文不是可用的 JSON", {}, caught.what());
  }
  return make_error(ErrorCode::invalid_argument, "正文不是合法的 JSON：" + failure.message());
}

std::string join_path(const std::string& path, std::string_view field) {
  return path.empty() ? std::string(field) : path + "." + std::string(field);
}

std::string index_path(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

ObjectReader::ObjectReader(const boost::json::value& value, std::string path)
    : object_(value.if_object()), path_(std::move(path)) {
  if (object_ == nullptr) {
    error_ = make_error(ErrorCode::invalid_argument,
                        (path_.empty() ? std::string("正文") : path_) + " 应为 JSON 对象，收到 " +
                            std::string(kind_name(value)),
                        path_);
    return;
  }
  asked_.resize(object_->size());
}

const boost::json::value* ObjectReader::find(std::string_view field, bool required) {
  if (object_ == nullptr) return nullptr;
  const auto* at = object_->find(boost::json::string_view(field.data(), field.size()));
  if (at != object_->end()) {
    asked_[static_cast<std::size_t>(at - object_->begin())] = true;
    if (!at->value().is_null()) return &at->value();
  }
  if (required) fail(field, "缺少必填字段");
  return nullptr;
}

void ObjectReader::fail(std::string_view field, const std::string& what) {
  if (error_) return;
  const std::string path = join_path(path_, field);
  error_ = make_error(ErrorCode::invalid_argument, path + "：" + what, path);
}

void ObjectReader::adopt(const Result<void>& result) {
  if (!error_ && !result.ok()) error_ = result.error();
}

void ObjectReader::wrong_type(std::string_view field, std::string_view wanted,
                              const boost::json::value& got) {
  fail(field, "应为 " + std::string(wanted) + "，收到 " + std::string(kind_name(got)));
}

std::string ObjectReader::text(std::string_view field, std::size_t size_max) {
  const auto* value = find(field, true);
  if (value == nullptr) return {};
  return text_or(field, {}, size_max);
}

std::string ObjectReader::text_or(std::string_view field, std::string fallback,
                                  std::size_t size_max) {
  const auto* value = find(field, false);
  if (value == nullptr) return fallback;
  const auto* string = value->if_string();
  if (string == nullptr) {
    wrong_type(field, "string", *value);
    return {};
  }
  if (string->size() > size_max) {
    fail(field, "长 " + std::to_string(string->size()) + " 字节，上限 " + std::to_string(size_max));
    return {};
  }
  return std::string(string->data(), string->size());
}

double ObjectReader::number(std::string_view field) {
  const auto* value = find(field, true);
  return value == nullptr ? 0 : number_or(field, 0);
}

double ObjectReader::number_or(std::string_view field, double fallback) {
  const auto* value = find(field, false);
  if (value == nullptr) return fallback;
  if (!value->is_number()) {
    wrong_type(field, "number", *value);
    return fallback;
  }
  const double number = value->to_number<double>();
  if (!std::isfinite(number)) fail(field, "应为有限数");
  return number;
}

std::int64_t ObjectReader::integer(std::string_view field) {
  const auto* value = find(field, true);
  return value == nullptr ? 0 : integer_or(field, 0);
}

std::int64_t ObjectReader::integer_or(std::string_view field, std::int64_t fallback) {
  const auto* value = find(field, false);
  if (value == nullptr) return fallback;
  if (const auto* number = value->if_int64()) return *number;
  wrong_type(field, "integer", *value);
  return fallback;
}

bool ObjectReader::boolean(std::string_view field) {
  const auto* value = find(field, true);
  return value != nullptr && boolean_or(field, false);
}

bool ObjectReader::boolean_or(std::string_view field, bool fallback) {
  const auto* value = find(field, false);
  if (value == nullptr) return fallback;
  if (const auto* flag = value->if_bool()) return *flag;
  wrong_type(field, "true/false", *value);
  return fallback;
}

UtcMicros ObjectReader::time(std::string_view field) {
  const auto* value = find(field, true);
  return value == nullptr ? UtcMicros{} : time_if(field).value_or(UtcMicros{});
}

std::optional<UtcMicros> ObjectReader::time_if(std::string_view field) {
  if (find(field, false) == nullptr) return std::nullopt;
  const std::string text = text_or(field, {}, 64);
  if (!ok()) return std::nullopt;
  auto parsed = parse_rfc3339(text);
  if (parsed.ok()) return *parsed;
  fail(field, "“" + text + "” 不是 RFC 3339 时间，例如 2026-03-01T08:00:00.000Z");
  return std::nullopt;
}

const boost::json::value& ObjectReader::value(std::string_view field) {
  static const boost::json::value kNull;
  const auto* value = find(field, true);
  return value == nullptr ? kNull : *value;
}

const boost::json::value* ObjectReader::value_if(std::string_view field) {
  return find(field, false);
}

const boost::json::array& ObjectReader::array(std::string_view field, std::size_t size_max) {
  static const boost::json::array kEmpty;
  if (find(field, true) == nullptr) return kEmpty;
  const auto* array = array_if(field, size_max);
  return array == nullptr ? kEmpty : *array;
}

const boost::json::array* ObjectReader::array_if(std::string_view field, std::size_t size_max) {
  const auto* value = find(field, false);
  if (value == nullptr) return nullptr;
  const auto* array = value->if_array();
  if (array == nullptr) {
    wrong_type(field, "array", *value);
    return nullptr;
  }
  if (array->size() > size_max) {
    fail(field, "有 " + std::to_string(array->size()) + " 项，上限 " + std::to_string(size_max));
    return nullptr;
  }
  return array;
}

domain::LonLat ObjectReader::lon_lat(std::string_view field) {
  const auto* value = find(field, true);
  if (value == nullptr) return {};
  ObjectReader reader(*value, join_path(path_, field));
  const domain::LonLat place{reader.number("lon"), reader.number("lat")};
  if (reader.ok() && (place.lon < -180 || place.lon > 180)) reader.fail("lon", "应在 -180 到 180");
  if (reader.ok() && (place.lat < -90 || place.lat > 90)) reader.fail("lat", "应在 -90 到 90");
  adopt(reader.finish());
  return place;
}

Result<void> ObjectReader::finish() {
  if (error_) return *error_;
  if (object_ == nullptr) return {};
  std::size_t index = 0;
  for (const auto& entry : *object_) {
    if (!asked_[index++]) {
      fail(std::string_view(entry.key().data(), entry.key().size()), "不认识的字段");
      return *error_;
    }
  }
  return {};
}

}  // namespace xunjie::app
