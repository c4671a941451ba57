// Assertions that stay on in production. For programming faults, never for input.
#pragma once

namespace xunjie {
[[noreturn]] void check_failed(const char* expression, const char* file, int line);
}

#define XUNJIE_CHECK(expression) \
  ((expression) ? void(0) : ::xunjie::check_failed(#expression, __FILE__, __LINE__))
