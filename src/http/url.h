// Addresses: percent-decoding, query parameters, path segments, cookies. All refuse what is not
// valid UTF-8 or holds a NUL, so that nothing downstream meets such text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace xunjie::http {

// nullopt: a broken escape, a NUL, or bytes that are not UTF-8. '+' is a space in queries only.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

// At most 64 parameters. Errors: invalid_argument (field names the parameter as far as it is
// readable); a parameter given twice is an error too.
Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

// The parts between slashes, still encoded; "/a//b" has an empty one in the middle.
std::vector<std::string_view> split_path(std::string_view path);

// The value of a cookie in a Cookie header, nullopt when absent.
std::optional<std::string> cookie_value(std::string_view header, std::string_view name);

bool is_utf8(std::string_view text);

}  // namespace xunjie::http
