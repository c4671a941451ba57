// JSON ↔ domain values. Writing is canonical: fields in a fixed order, only what is set, times in
// RFC 3339 … with microseconds as integers where a hash depends on them. Reading is strict: an
// unknown field, a missing field or a wrong type is invalid_argument with the dotted path of the
// field.
//
// The only header of this folder that shows Boost.JSON; include it in .cc files alone.
#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "app/json_reader.h"
#include "app/registry.h"
#include "base/result.h"
#include "domain/case.h"
#include "ports/store.h"
#include "ports/watching.h"

namespace xunjie::app {

namespace json = boost::json;

std::string text_of(const domain::Event& event);
std::string text_of(const domain::Case& current);
std::string text_of(const domain::Facts& facts);
json::object encode(const domain::Facts& facts);

Result<domain::Event> decode_event(std::string_view text);
Result<domain::Case> decode_case(std::string_view text);
Result<domain::Sighting> decode_sighting(const json::value& value, const std::string& path);
Result<domain::Facts> decode_facts(const json::value& value, const std::string& path);

}  // namespace xunjie::app
