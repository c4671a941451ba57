// Strict reading of JSON objects: every field is asked for by name, and finish() refuses what
// nobody asked for. Errors are invalid_argument with the dotted path of the field
// ("zones[2].polygon").
//
//   ObjectReader reader(value, "facts");
//   facts.reason = reader.text("reason");
//   XUNJIE_TRY_VOID(reader.finish());
//
// The first error sticks; later reads return empty values, so callers check once at the end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "base/result.h"
#include "base/time.h"
#include "domain/geo.h"

namespace xunjie::app {

// Parses one JSON text of at most `size_max` bytes, nested at most 32 deep.
Result<boost::json::value> parse_json(std::string_view text, std::size_t size_max = 1u << 20);

std::string join_path(const std::string& path, std::string_view field);
std::string index_path(const std::string& path, std::size_t index);

class ObjectReader {
 public:
  ObjectReader(const boost::json::value& value, std::string path);

  // Required fields: a missing one, null or a wrong type is an error.
  std::string text(std::string_view field, std::size_t size_max = 4096);
  double number(std::string_view field);
  std::int64_t integer(std::string_view field);
  bool boolean(std::string_view field);
  UtcMicros time(std::string_view field);  // RFC 3339
  const boost::json::value& value(std::string_view field);
  const boost::json::array& array(std::string_view field, std::size_t size_max);
  domain::LonLat lon_lat(std::string_view field);  // {"lon","lat"}

  // Optional fields: absent or null gives the fallback, a wrong type is an error.
  std::string text_or(std::string_view field, std::string fallback, std::size_t size_max = 4096);
  double number_or(std::string_view field, double fallback);
  std::int64_t integer_or(std::string_view field, std::int64_t fallback);
  bool boolean_or(std::string_view field, bool fallback);
  std::optional<UtcMicros> time_if(std::string_view field);
  const boost::json::value* value_if(std::string_view field);  // nullptr: absent or null
  const boost::json::array* array_if(std::string_view field, std::size_t size_max);

  void ignore(std::string_view field) { (void)find(field, false); }
  void fail(std::string_view field, const std::string& what);
  void adopt(const Result<void>& result);
  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  [[nodiscard]] const std::string& path() const { return path_; }

  // Unknown fields are errors here; returns the first error met.
  Result<void> finish();

 private:
  const boost::json::value* find(std::string_view field, bool required);
  void wrong_type(std::string_view field, std::string_view wanted, const boost::json::value& got);

  const boost::json::object* object_ = nullptr;
  std::string path_;
  std::vector<bool> asked_;  // by position in the object
  std::optional<Error> error_;
};

}  // namespace xunjie::app
