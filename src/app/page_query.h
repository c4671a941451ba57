// Query parameters of a list, read strictly: limit and cursor, and the names a list knows.
// Internal.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "app/principal.h"
#include "base/result.h"
#include "base/time.h"

namespace xunjie::app {

struct PageQuery {
  int limit = 50;
  std::string cursor;
  std::map<std::string, std::string, std::less<>> values;

  // Errors: invalid_argument for an unknown, repeated or overlong parameter, or a limit outside
  // 1..max.
  static Result<PageQuery> read(const QueryParameters& parameters,
                                std::initializer_list<std::string_view> known, int limit_max = 200);

  [[nodiscard]] std::string text(std::string_view name) const;
  // "true" or "false"; nullopt when absent.
  [[nodiscard]] Result<std::optional<bool>> flag(std::string_view name) const;
  [[nodiscard]] Result<std::optional<UtcMicros>> time(std::string_view name) const;
};

}  // namespace xunjie::app
