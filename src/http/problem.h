// Problem documents (RFC 9457): the one table from ErrorCode to status, type and Chinese title.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "http/http.h"

namespace xunjie::http {

int status_of(ErrorCode code);

// Answers with the error's public text; error.detail goes to the log alone.
Response problem(const Error& error);
// For what only HTTP knows (405, 415, 431, 503 of the engine). `code` as in api/openapi.yaml.
Response problem(int status, std::string_view code, std::string_view detail);

}  // namespace xunjie::http
