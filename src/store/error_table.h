// The one table from engine and operating-system errors to ours.
#pragma once

#include <string>

#include "base/result.h"

namespace xunjie::store {

// `code` is an (extended) SQLite result code; `what` says which step failed, for the log.
Error engine_error(int code, std::string what);
// `number` is an errno value.
Error os_error(int number, std::string what);

}  // namespace xunjie::store
