#include "app/page_query.h"

#include <algorithm>
#include <charconv>

namespace xunjie::app {
namespace {

Error wrong(std::string_view name, const std::string& what) {
  return make_error(ErrorCode::invalid_argument, std::string(name) + "：" + what,
                    std::string(name));
}

}  // namespace

Result<PageQuery> PageQuery::read(const QueryParameters& parameters,
                                  std::initializer_list<std::string_view> known, int limit_max) {
  PageQuery query;
  query.limit = std::min(query.limit, limit_max);
  for (const auto& [name, value] : parameters) {
    if (value.size() > 512) return wrong(name, "过长，上限 512 字节");
    if (name == "limit") {
      const auto* end = value.data() + value.size();
      const auto [at, failure] = std::from_chars(value.data(), end, query.limit);
      if (failure != std::errc() || at != end || query.limit < 1 || query.limit > limit_max) {
        return wrong(name, "“" + value + "” 应为 1 到 " + std::to_string(limit_max) + " 的整数");
      }
    } else if (name == "cursor") {
      query.cursor = value;
    } else if (std::find(known.begin(), known.end(), name) == known.end()) {
      return wrong(name, "不认识的查询参数");
    } else if (!query.values.emplace(name, value).second) {
      return wrong(name, "只能出现一次");
    }
  }
  return query;
}

std::string PageQuery::text(std::string_view name) const {
  const auto at = values.find(name);
  return at == values.end() ? std::string() : at->second;
}

Result<std::optional<bool>> PageQuery::flag(std::string_view name) const {
  const std::string value = text(name);
  if (value.empty()) return std::optional<bool>();
  if (value == "true") return std::optional<bool>(true);
  if (value == "false") return std::optional<bool>(false);
  return wrong(name, "“" + value + "” 应为 true 或 false");
}

Result<std::optional<UtcMicros>> PageQuery::time(std::string_view name) const {
  const std::string value = text(name);
  if (value.empty()) return std::optional<UtcMicros>();
  auto parsed = parse_rfc3339(value);
  if (!parsed.ok()) return wrong(name, "“" + value + "” 不是 RFC 3339 时间");
  return std::optional<UtcMicros>(*parsed);
}

}  // namespace xunjie::app
