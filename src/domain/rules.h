// Dated rules as data: violation kinds with their limits and quotas, the business calendar, and
// what is known about the party when a decision is made. Loaded from data/ by the app, never coded.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"

namespace xunjie::domain {

// A civil day, for calendars ("2026-02-17").
struct CivilDay {
  int year = 1970, month = 1, day = 1;
  friend auto operator<=>(const CivilDay&, const CivilDay&) = default;
};

enum class LimitUnit { urgent_hours, working_hours, working_days, natural_days, seconds };

std::string_view name_of(LimitUnit);
std::optional<LimitUnit> limit_unit_from(std::string_view);

struct Limit {
  LimitUnit unit = LimitUnit::working_hours;
  std::int64_t amount = 0;
};

// Day arithmetic in the district's local time (UTC+8, no daylight saving).
std::int64_t days_from_civil(CivilDay date);
CivilDay civil_from_days(std::int64_t day);
CivilDay local_day(UtcMicros time);
int local_minute(UtcMicros time);  // minute of the local day, 0..1439
UtcMicros local_midnight(CivilDay day);

// A few days in order, in one piece of memory: the calendar is copied with every decision.
class DaySet {
 public:
  void insert(CivilDay day);
  [[nodiscard]] bool contains(CivilDay day) const;

 private:
  std::vector<CivilDay> days_;
};

// Working time of the district in UTC+8. urgent_hours and natural_days run around the clock, a
// natural day being 24 hours; working_hours run only between opening and closing of workdays. A
// limit of n working days ends at closing time of the n-th working day after the start.
struct Calendar {
  int opens_minute = 9 * 60, closes_minute = 17 * 60 + 30;  // local minutes of day
  DaySet holidays;                                          // weekdays off
  DaySet moved_workdays;                                    // weekend days worked
  std::optional<CivilDay> known_until;                      // beyond it weekends alone decide

  [[nodiscard]] bool is_workday(CivilDay day) const;
  [[nodiscard]] UtcMicros due(UtcMicros start, Limit limit) const;
  // Opening time between two moments, and the moment when so much of it has passed since `start`.
  [[nodiscard]] Micros working_time(UtcMicros from, UtcMicros until) const;
  [[nodiscard]] UtcMicros after_working_time(UtcMicros start, Micros span) const;
};

struct LawReference {
  std::string law, article, text;
  bool verified = false;
};

struct ViolationRule {
  ViolationKindId id;
  std::string name_zh, event_code;
  std::string effective_from, effective_until;  // RFC 3339 dates, until empty = open
  bool evidence = false;                        // clue (default) or evidence
  Micros dwell;
  std::optional<Limit> correction;     // nullopt: straight to dispatch
  int reminder_rounds = 0;             // 0: straight to dispatch
  int reminder_tries = 3;              // messages per round until the party counts as out of reach
  Micros reminder_retry = minutes(5);  // between them
  Micros receipt_silence = minutes(10);  // a receipt that stays out longer counts as a failure
  int looks_max = 3;                     // cannot-see looks before the spot is asked
  Micros look_retry, recheck_silence;
  Limit review, dispatch, acceptance, handling, verification;
  std::optional<Limit> handling_key_road;  // in place of handling on key roads
  int reminded_findings_30d_max = 3;       // straight to dispatch from here on
  LawReference law;
};

// Facts about the party at decision time, gathered by the app.
struct PartyFacts {
  bool fixed = false;  // a registered shop
  bool phone = false;
  int reminded_30d = 0;       // of the history, gathered only where asks_party_history()
  bool penalised_6m = false;  // likewise
  bool key_road = false;
  bool evidence_gate_passed = false;  // device review valid that day, kind is evidence
  std::string evidence_gap;           // what is missing, in words for people
};

// Limits of the off-site sub-procedure (行政处罚法 articles 45, 60, 61 and 67 for the last four).
struct PenaltyLimits {
  Limit technical_review{LimitUnit::working_days, 2};
  Limit legal_review{LimitUnit::working_days, 3};
  Limit notice{LimitUnit::working_days, 5};     // from filing
  Limit statement{LimitUnit::working_days, 5};  // the party's time to plead
  Limit decision{LimitUnit::natural_days, 60};  // leaves the 90 days from filing a margin
  Limit service{LimitUnit::natural_days, 7};
  Limit payment{LimitUnit::natural_days, 15};
};

struct Rules {
  ViolationRule violation;
  Calendar calendar;
  PartyFacts party;
  double escalate_at = 0.8;    // of the limit
  double escalate_late = 3.0;  // times the limit, the second time
  int extensions_max = 2;
  Micros extension_max = days(15);  // per extension
  int suspensions_max = 1;
  Micros suspension_max = days(90);
  PenaltyLimits penalty;
  Limit transfer_silence{LimitUnit::working_days, 3};
};

}  // namespace xunjie::domain
