// Opaque page cursors: base64url of the sort key of the last row seen. They hold no offset, so a
// page stays right while rows are added before it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/store.h"

namespace xunjie::store {

std::string base64url(std::string_view bytes);
// nullopt when the text is not base64url.
std::optional<std::string> from_base64url(std::string_view text);

// `list` names the list and its order ("cases.newest"), so that a cursor of one is refused by
// another.
struct Cursor {
  std::int64_t number = 0;  // time or position
  std::string id;
};
std::string write_cursor(std::string_view list, const Cursor& cursor);
// Errors: invalid_argument, field "cursor".
Result<Cursor> read_cursor(std::string_view list, std::string_view text);

// Errors: invalid_argument, field "limit", outside 1..200.
Result<void> check_limit(const ports::Page& page);

}  // namespace xunjie::store
