#include <gtest/gtest.h>

#include "domain/rules.h"

namespace xunjie::domain {
namespace {

// October 2026 as decreed: the week of 1-7 off, Saturday the 10th worked.
Calendar october() {
  Calendar calendar;
  for (int day = 1; day <= 7; ++day) calendar.holidays.insert({2026, 10, day});
  calendar.moved_workdays.insert({2026, 10, 10});
  return calendar;
}

UtcMicros local(const std::string& text) {
  return *parse_rfc3339(text + "+08:00");
}

struct Row {
  const char* start;
  Limit limit;
  const char* due;
};

TEST(Calendar, CountsEachKindOfLimit) {
  using U = LimitUnit;
  const Row rows[] = {
      // Around the clock, holidays or not.
      {"2026-09-30T16:00:00", {U::urgent_hours, 4}, "2026-09-30T20:00:00"},
      {"2026-10-01T23:00:00", {U::urgent_hours, 4}, "2026-10-02T03:00:00"},
      {"2026-09-30T16:00:00", {U::natural_days, 3}, "2026-10-03T16:00:00"},
      {"2026-09-30T16:00:00", {U::seconds, 90}, "2026-09-30T16:01:30"},
      // Inside one day; up to the very closing; over night.
      {"2026-09-28T09:00:00", {U::working_hours, 2}, "2026-09-28T11:00:00"},
      {"2026-09-28T15:30:00", {U::working_hours, 2}, "2026-09-28T17:30:00"},
      {"2026-09-28T15:31:00", {U::working_hours, 2}, "2026-09-29T09:01:00"},
      {"2026-09-28T09:00:00", {U::working_hours, 17}, "2026-09-29T17:30:00"},
      // Before opening, after closing.
      {"2026-09-28T03:00:00", {U::working_hours, 2}, "2026-09-28T11:00:00"},
      {"2026-09-28T22:00:00", {U::working_hours, 2}, "2026-09-29T11:00:00"},
      {"2026-09-28T17:30:00", {U::working_hours, 2}, "2026-09-29T11:00:00"},
      // Over the holiday week; on the moved Saturday; over the plain Sunday after it.
      {"2026-09-30T17:00:00", {U::working_hours, 2}, "2026-10-08T10:30:00"},
      {"2026-10-09T17:00:00", {U::working_hours, 2}, "2026-10-10T10:30:00"},
      {"2026-10-10T17:00:00", {U::working_hours, 2}, "2026-10-12T10:30:00"},
      {"2026-10-03T12:00:00", {U::working_hours, 1}, "2026-10-08T10:00:00"},
      // Working days end at closing; the day of the start does not count.
      {"2026-09-28T10:00:00", {U::working_days, 1}, "2026-09-29T17:30:00"},
      {"2026-09-30T10:00:00", {U::working_days, 1}, "2026-10-08T17:30:00"},
      {"2026-10-08T10:00:00", {U::working_days, 3}, "2026-10-12T17:30:00"},
      {"2026-10-04T10:00:00", {U::working_days, 2}, "2026-10-09T17:30:00"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(to_rfc3339(october().due(local(row.start), row.limit)), to_rfc3339(local(row.due)))
        << row.start << " + " << row.limit.amount << ' ' << name_of(row.limit.unit);
  }
}

TEST(Calendar, NothingIsDueBeforeItsStart) {
  for (const auto unit : {LimitUnit::urgent_hours, LimitUnit::working_hours,
                          LimitUnit::working_days, LimitUnit::natural_days, LimitUnit::seconds}) {
    for (std::int64_t hour = 0; hour < 24 * 16; ++hour) {
      const UtcMicros start = local("2026-09-28T00:30:00") + hours(hour);
      UtcMicros last = start;
      for (std::int64_t amount = 1; amount < 8; ++amount) {
        const UtcMicros due = october().due(start, {unit, amount});
        EXPECT_GT(due, last) << name_of(unit) << ' ' << to_rfc3339(start) << ' ' << amount;
        last = due;
      }
    }
  }
}

TEST(Calendar, MeasuresWorkingTime) {
  const Calendar calendar = october();
  const auto between = [&](const char* from, const char* until) {
    return calendar.working_time(local(from), local(until));
  };
  EXPECT_EQ(between("2026-09-28T10:00:00", "2026-09-28T12:00:00"), hours(2));
  EXPECT_EQ(between("2026-09-28T03:00:00", "2026-09-28T23:00:00"), minutes(510));
  EXPECT_EQ(between("2026-09-28T20:00:00", "2026-09-29T08:00:00"), Micros{});
  EXPECT_EQ(between("2026-09-30T16:30:00", "2026-10-08T10:00:00"), hours(2));
  EXPECT_EQ(between("2026-10-10T10:00:00", "2026-10-10T11:00:00"), hours(1));
  EXPECT_EQ(between("2026-09-28T12:00:00", "2026-09-28T10:00:00"), Micros{});
  for (std::int64_t amount = 1; amount < 40; ++amount) {
    const UtcMicros start = local("2026-09-28T11:30:00");
    EXPECT_EQ(calendar.working_time(start, calendar.after_working_time(start, hours(amount))),
              hours(amount));
  }
}

TEST(Calendar, NegativeAmountsCountAsNone) {
  const UtcMicros start = local("2026-09-28T10:00:00");
  EXPECT_EQ(october().due(start, {LimitUnit::seconds, -5}), start);
}

TEST(Calendar, KnowsHolidaysMovedWorkdaysAndWeekends) {
  const Calendar calendar = october();
  EXPECT_TRUE(calendar.is_workday({2026, 9, 30}));
  EXPECT_FALSE(calendar.is_workday({2026, 10, 1}));
  EXPECT_TRUE(calendar.is_workday({2026, 10, 10}));
  EXPECT_FALSE(calendar.is_workday({2026, 10, 11}));
  EXPECT_FALSE(calendar.is_workday({2026, 9, 27}));
}

TEST(Calendar, DayNumbersGoBothWays) {
  EXPECT_EQ(days_from_civil({1970, 1, 1}), 0);
  EXPECT_EQ(days_from_civil({2000, 2, 29}), 11'016);
  for (std::int64_t day = -800'000; day < 800'000; day += 97)
    EXPECT_EQ(days_from_civil(civil_from_days(day)), day);
}

TEST(Calendar, LocalDaysBeginAtMidnightInShanghai) {
  EXPECT_EQ(local_day(*parse_rfc3339("2026-02-28T15:59:59Z")), (CivilDay{2026, 2, 28}));
  EXPECT_EQ(local_day(*parse_rfc3339("2026-02-28T16:00:00Z")), (CivilDay{2026, 3, 1}));
  EXPECT_EQ(local_minute(*parse_rfc3339("2026-02-28T15:59:00Z")), 23 * 60 + 59);
  EXPECT_EQ(to_rfc3339(local_midnight({2026, 3, 1})), "2026-02-28T16:00:00.000Z");
}

}  // namespace
}  // namespace xunjie::domain
