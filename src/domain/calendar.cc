#include <algorithm>

#include "base/check.h"
#include "domain/rules.h"

namespace xunjie::domain {
namespace {

// The district keeps China Standard Time all year round.
constexpr std::int64_t kUtcOffsetS = 8 * 3600;
constexpr std::int64_t kDayS = 86'400;
constexpr std::int64_t kMicrosPerSecond = 1'000'000;
// Far beyond any limit a rule may hold; a loop that gets here is fed a calendar without workdays.
constexpr std::int64_t kDaysSearchedMax = 366 * 20;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// Local time as day number since 1970-01-01 and microseconds into that day.
struct LocalTime {
  std::int64_t day = 0;
  std::int64_t micros = 0;
};

LocalTime to_local(UtcMicros time) {
  const std::int64_t local = time.count + kUtcOffsetS * kMicrosPerSecond;
  const std::int64_t day = floor_div(local, kDayS * kMicrosPerSecond);
  return {day, local - day * kDayS * kMicrosPerSecond};
}

UtcMicros from_local(std::int64_t day, std::int64_t micros) {
  return UtcMicros{(day * kDayS - kUtcOffsetS) * kMicrosPerSecond + micros};
}

// Monday = 0 … Sunday = 6; day 0 was a Thursday.
std::int64_t weekday_of(std::int64_t day) {
  return (day % 7 + 7 + 3) % 7;
}

UtcMicros after_workdays(const Calendar& calendar, UtcMicros start, std::int64_t amount) {
  std::int64_t day = to_local(start).day;
  for (const std::int64_t last = day + kDaysSearchedMax; amount > 0 && day < last;) {
    if (calendar.is_workday(civil_from_days(++day))) --amount;
  }
  return from_local(day, calendar.closes_minute * 60 * kMicrosPerSecond);
}

}  // namespace

// Howard Hinnant, "chrono-compatible low-level date algorithms".
std::int64_t days_from_civil(CivilDay date) {
  const std::int64_t y = date.month <= 2 ? date.year - 1 : date.year;
  const std::int64_t era = floor_div(y, 400);
  const std::int64_t yoe = y - era * 400;
  const std::int64_t doy =
      (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
  return era * 146'097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719'468;
}

CivilDay civil_from_days(std::int64_t day) {
  const std::int64_t z = day + 719'468;
  const std::int64_t era = floor_div(z, 146'097);
  const std::int64_t doe = z - era * 146'097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  const auto month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  return {static_cast<int>(yoe + era * 400 + (month <= 2 ? 1 : 0)), month,
          static_cast<int>(doy - (153 * mp + 2) / 5 + 1)};
}

CivilDay local_day(UtcMicros time) {
  return civil_from_days(to_local(time).day);
}
int local_minute(UtcMicros time) {
  return static_cast<int>(to_local(time).micros / (60 * kMicrosPerSecond));
}
UtcMicros local_midnight(CivilDay day) {
  return from_local(days_from_civil(day), 0);
}

void DaySet::insert(CivilDay day) {
  const auto at = std::lower_bound(days_.begin(), days_.end(), day);
  if (at == days_.end() || *at != day) days_.insert(at, day);
}

bool DaySet::contains(CivilDay day) const {
  return std::binary_search(days_.begin(), days_.end(), day);
}

bool Calendar::is_workday(CivilDay day) const {
  if (holidays.contains(day)) return false;
  if (moved_workdays.contains(day)) return true;
  return weekday_of(days_from_civil(day)) < 5;
}

// The limit runs only inside working time; a start outside waits for the next opening.
UtcMicros Calendar::after_working_time(UtcMicros start, Micros span) const {
  const std::int64_t opens = opens_minute * 60 * kMicrosPerSecond;
  const std::int64_t closes = closes_minute * 60 * kMicrosPerSecond;
  XUNJIE_CHECK(opens < closes);
  std::int64_t left = span.count;
  auto [day, at] = to_local(start);
  for (const std::int64_t last = day + kDaysSearchedMax; day < last; ++day, at = 0) {
    if (!is_workday(civil_from_days(day))) continue;
    const std::int64_t from = std::max(at, opens);
    if (from >= closes) continue;
    if (from + left <= closes) return from_local(day, from + left);
    left -= closes - from;
  }
  return from_local(day, closes);
}

Micros Calendar::working_time(UtcMicros from, UtcMicros until) const {
  const std::int64_t opens = opens_minute * 60 * kMicrosPerSecond;
  const std::int64_t closes = closes_minute * 60 * kMicrosPerSecond;
  const LocalTime first = to_local(from), end = to_local(until);
  Micros sum;
  for (std::int64_t day = first.day; day <= end.day && day < first.day + kDaysSearchedMax; ++day) {
    if (!is_workday(civil_from_days(day))) continue;
    const std::int64_t begins = day == first.day ? std::max(first.micros, opens) : opens;
    const std::int64_t ends = day == end.day ? std::min(end.micros, closes) : closes;
    if (begins < ends) sum = sum + Micros{ends - begins};
  }
  return sum;
}

UtcMicros Calendar::due(UtcMicros start, Limit limit) const {
  const std::int64_t amount = limit.amount < 0 ? 0 : limit.amount;
  switch (limit.unit) {
    case LimitUnit::seconds:
      return start + seconds(amount);
    case LimitUnit::urgent_hours:
      return start + hours(amount);
    case LimitUnit::natural_days:
      return start + days(amount);
    case LimitUnit::working_hours:
      return after_working_time(start, hours(amount));
    case LimitUnit::working_days:
      return after_workdays(*this, start, amount);
  }
  XUNJIE_CHECK(false);
}

}  // namespace xunjie::domain
