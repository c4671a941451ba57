// Answers bytes, whole or the one range asked for (RFC 9110 §14): players seek in clips this way.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "http/http.h"

namespace xunjie::http {

// 200, 206 or 416. Anything but a single satisfiable range is answered whole, as the RFC allows.
Response ranged_response(const Request& request, std::span<const std::byte> bytes,
                         const std::string& content_type);

}  // namespace xunjie::http
