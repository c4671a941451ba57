#include "http/byte_range.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "http/problem.h"

namespace xunjie::http {
namespace {

struct Span {
  std::size_t first = 0, last = 0;
  bool beyond = false;  // starts after the end
};

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::optional<Span> parse(std::string_view header, std::size_t size) {
  if (!header.starts_with("bytes=") || header.find(',') != std::string_view::npos)
    return std::nullopt;
  header.remove_prefix(6);
  const auto dash = header.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = number(header.substr(0, dash));
  const auto last = number(header.substr(dash + 1));
  if (!first && !last) return std::nullopt;
  if (!first) return Span{size - std::min(*last, size), size - 1, *last == 0 || size == 0};
  if (last && *last < *first) return std::nullopt;
  return Span{*first, std::min(last.value_or(size - 1), size - 1), *first >= size};
}

}  // namespace

Response ranged_response(const Request& request, std::span<const std::byte> bytes,
                         const std::string& content_type) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::string* header = request.header("Range");
  const auto range = header == nullptr ? std::nullopt : parse(*header, bytes.size());
  if (range && range->beyond) {
    Response refused = problem(416, "invalid_argument", "请求的范围超出内容长度");
    return std::move(refused).with("Content-Range", "bytes */" + std::to_string(bytes.size()));
  }
  Response response;
  response.with("Content-Type", content_type).with("Accept-Ranges", "bytes");
  if (!range) {
    response.body.assign(text);
    return response;
  }
  response.status = 206;
  response.with("Content-Range", "bytes " + std::to_string(range->first) + "-" +
                                     std::to_string(range->last) + "/" +
                                     std::to_string(bytes.size()));
  response.body.assign(text.substr(range->first, range->last - range->first + 1));
  return response;
}

}  // namespace xunjie::http
