#include "base/time.h"

#include <array>
#include <charconv>
#include <cstdlib>

namespace xunjie {
namespace {

// Days from 1970-01-01 of a proleptic Gregorian date (Howard Hinnant, "chrono-compatible
// low-level date algorithms").
constexpr std::int64_t days_from_civil(std::int64_t y, unsigned m, unsigned d) {
  y -= m <= 2;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const auto yoe = static_cast<unsigned>(y - era * 400);
  const unsigned doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
  const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + static_cast<std::int64_t>(doe) - 719468;
}

struct Civil {
  std::int64_t year;
  unsigned month, day;
};

constexpr Civil civil_from_days(std::int64_t z) {
  z += 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const auto doe = static_cast<unsigned>(z - era * 146097);
  const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const unsigned mp = (5 * doy + 2) / 153;
  const unsigned m = mp < 10 ? mp + 3 : mp - 9;
  return {static_cast<std::int64_t>(yoe) + era * 400 + (m <= 2), m, doy - (153 * mp + 2) / 5 + 1};
}

constexpr bool is_leap(int y) {
  return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}
constexpr int days_in_month(int y, int m) {
  constexpr std::array<int, 12> lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return m == 2 && is_leap(y) ? 29 : lengths[static_cast<std::size_t>(m - 1)];
}

// Reads exactly `width` digits; -1 when they are not there.
int read_digits(std::string_view& text, std::size_t width) {
  if (text.size() < width) return -1;
  int value = -1;
  const auto [end, code] = std::from_chars(text.data(), text.data() + width, value);
  if (code != std::errc{} || end != text.data() + width || text[0] == '-') return -1;
  text.remove_prefix(width);
  return value;
}

// At least `width` digits, zeros in front.
void put_digits(std::string& out, std::int64_t value, int width) {
  std::array<char, 20> digits{};
  int at = 0;
  for (; value > 0 || at < width; value /= 10)
    digits[static_cast<std::size_t>(at++)] = static_cast<char>('0' + value % 10);
  while (at > 0) out += digits[static_cast<std::size_t>(--at)];
}

bool read_char(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

bool read_fraction(std::string_view& text, std::int64_t& micros) {
  if (!read_char(text, '.')) return true;
  std::size_t digits = 0;
  std::int64_t scale = 100'000;
  for (; digits < 6 && !text.empty() && text[0] >= '0' && text[0] <= '9'; ++digits, scale /= 10) {
    micros += (text[0] - '0') * scale;
    text.remove_prefix(1);
  }
  return digits > 0;
}

bool read_offset(std::string_view& text, std::int64_t& offset_s) {
  if (read_char(text, 'Z')) return true;
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return false;
  const int sign = text[0] == '+' ? 1 : -1;
  text.remove_prefix(1);
  const int hour = read_digits(text, 2);
  if (hour < 0 || hour > 23 || !read_char(text, ':')) return false;
  const int minute = read_digits(text, 2);
  if (minute < 0 || minute > 59) return false;
  offset_s = sign * (hour * 3600 + minute * 60);
  return true;
}

}  // namespace

std::string to_rfc3339(UtcMicros time) {
  constexpr std::int64_t day_micros = days(1).count;
  std::int64_t day = time.count / day_micros;
  std::int64_t rest = time.count % day_micros;
  if (rest < 0) {
    rest += day_micros;
    --day;
  }
  const Civil date = civil_from_days(day);
  const std::int64_t ms = rest / 1000;
  // By hand: printf would take longer than all else that is done about a time.
  std::string out = date.year < 0 ? "-" : "";
  put_digits(out, std::abs(date.year), 4);
  out += '-';
  put_digits(out, date.month, 2);
  out += '-';
  put_digits(out, date.day, 2);
  out += 'T';
  put_digits(out, ms / 3'600'000, 2);
  out += ':';
  put_digits(out, ms / 60'000 % 60, 2);
  out += ':';
  put_digits(out, ms / 1000 % 60, 2);
  out += '.';
  put_digits(out, ms % 1000, 3);
  out += 'Z';
  return out;
}

Result<UtcMicros> parse_rfc3339(std::string_view text) {
  const auto wrong = [&] {
    return make_error(
        ErrorCode::invalid_argument,
        "\"" + std::string(text) + "\" is not an RFC 3339 time such as 2026-03-01T08:00:00.000Z");
  };
  std::string_view rest = text;
  const int year = read_digits(rest, 4);
  if (year < 0 || !read_char(rest, '-')) return wrong();
  const int month = read_digits(rest, 2);
  if (month < 1 || month > 12 || !read_char(rest, '-')) return wrong();
  const int day = read_digits(rest, 2);
  if (day < 1 || day > days_in_month(year, month) || !read_char(rest, 'T')) return wrong();
  const int hour = read_digits(rest, 2);
  if (hour < 0 || hour > 23 || !read_char(rest, ':')) return wrong();
  const int minute = read_digits(rest, 2);
  if (minute < 0 || minute > 59 || !read_char(rest, ':')) return wrong();
  const int second = read_digits(rest, 2);
  if (second < 0 || second > 59) return wrong();
  std::int64_t micros = 0;
  std::int64_t offset_s = 0;
  if (!read_fraction(rest, micros) || !read_offset(rest, offset_s) || !rest.empty()) return wrong();
  const std::int64_t days_since =
      days_from_civil(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
  const std::int64_t second_of_day = hour * 3600 + minute * 60 + second;
  const std::int64_t seconds_since = days_since * 86'400 + second_of_day - offset_s;
  // In UTC the first and last hours of the four-digit years may have a year that cannot be written.
  if (seconds_since < days_from_civil(0, 1, 1) * 86'400 ||
      seconds_since >= days_from_civil(10'000, 1, 1) * 86'400)
    return wrong();
  return UtcMicros{seconds_since * 1'000'000 + micros};
}

}  // namespace xunjie
