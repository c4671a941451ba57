// The one list of failure kinds. Engine and OS errors map into it (each adapter has one table), and
// one table in http maps it to status codes and problem types.
#pragma once

#include <string_view>

namespace xunjie {

enum class ErrorCode {
  invalid_argument,  // the input is wrong; field names it
  not_found,
  already_exists,    // the same id stands for something else
  version_conflict,  // based on an outdated version; the message names the current one
  command_reused,    // the same command id with another body
  not_allowed_in_state,
  forbidden,  // this role or scope may not
  unauthenticated,
  rate_limited,
  too_large,
  unavailable,  // the other side is away; trying again may help
  timeout,
  full,     // disk or queue full; nothing was accepted
  corrupt,  // stored data does not match its hash or schema
  internal,
};

// Stable snake_case name, as used in logs and problem documents ("version_conflict").
std::string_view name_of(ErrorCode code);

}  // namespace xunjie
