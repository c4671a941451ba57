#include "store/cursor.h"

#include <charconv>

#include "store/digest.h"

namespace xunjie::store {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr int kLimitMax = 200;

// Four bytes that tell a mangled cursor from a good one; not a secret.
std::string mark_of(std::string_view text) {
  return std::string(Sha256().raw(text).finish().view().substr(0, 4));
}

}  // namespace

std::string base64url(std::string_view bytes) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    for (held += 8; held >= 6;) {
      held -= 6;
      out.push_back(kAlphabet[(bits >> held) & 63]);
    }
  }
  if (held > 0) out.push_back(kAlphabet[(bits << (6 - held)) & 63]);
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out.push_back(static_cast<char>((bits >> held) & 0xff));
  }
  const bool whole = held < 6 && (bits & ((1U << held) - 1)) == 0;
  return whole ? std::optional(out) : std::nullopt;
}

std::string write_cursor(std::string_view list, const Cursor& cursor) {
  const std::string text =
      std::string(list) + ":" + std::to_string(cursor.number) + ":" + cursor.id;
  return base64url(mark_of(text) + text);
}

Result<Cursor> read_cursor(std::string_view list, std::string_view text) {
  const auto wrong = [&] {
    return make_error(
        ErrorCode::invalid_argument,
        "cursor \"" + std::string(text.substr(0, 80)) + "\" 无效，应为上一页返回的 next_cursor",
        "cursor");
  };
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() <= 4) return wrong();
  const std::string_view plain = std::string_view(*bytes).substr(4);
  if (mark_of(plain) != bytes->substr(0, 4)) return wrong();
  if (plain.size() <= list.size() || !plain.starts_with(list) || plain[list.size()] != ':')
    return wrong();
  const char* const begin = plain.data() + list.size() + 1;
  const char* const end = plain.data() + plain.size();
  Cursor cursor;
  const auto [rest, code] = std::from_chars(begin, end, cursor.number);
  if (code != std::errc() || rest == end || *rest != ':') return wrong();
  cursor.id.assign(rest + 1, end);
  return cursor;
}

Result<void> check_limit(const ports::Page& page) {
  if (page.limit >= 1 && page.limit <= kLimitMax) return {};
  return make_error(ErrorCode::invalid_argument,
                    "limit " + std::to_string(page.limit) + " 无效，应为 1 到 200", "limit");
}

}  // namespace xunjie::store
