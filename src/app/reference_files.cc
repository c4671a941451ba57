#include "app/reference_files.h"

#include <algorithm>
#include <cstdio>

#include "app/json_reader.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

Micros read_span(ObjectReader& from, const char* field, Micros fallback) {
  const double span_s = from.number_or(field, fallback.seconds());
  if (span_s < 0 || span_s > 400.0 * 86400) from.fail(field, "应为 0 到 400 天的秒数");
  return Micros{static_cast<std::int64_t>(span_s * 1e6)};
}

int read_count(ObjectReader& from, const char* field, int fallback, int least, int most) {
  const auto count = from.integer_or(field, fallback);
  if (count < least || count > most) {
    from.fail(field, "应在 " + std::to_string(least) + " 到 " + std::to_string(most));
    return fallback;
  }
  return static_cast<int>(count);
}

domain::Limit read_limit(ObjectReader& parent, const char* field) {
  ObjectReader from(parent.value(field), join_path(parent.path(), field));
  domain::Limit limit;
  const std::string unit = from.text("unit", 32);
  const auto known = domain::limit_unit_from(unit);
  if (from.ok() && !known) from.fail("unit", "不认识的时限单位 “" + unit + "”");
  limit.unit = known.value_or(domain::LimitUnit::working_hours);
  limit.amount = from.integer("amount");
  if (from.ok() && limit.amount < 0) from.fail("amount", "不能为负");
  parent.adopt(from.finish());
  return limit;
}

std::optional<domain::Limit> read_limit_if(ObjectReader& parent, const char* field) {
  if (parent.value_if(field) == nullptr) return std::nullopt;
  return read_limit(parent, field);
}

domain::LawReference read_law(ObjectReader& parent, const char* field) {
  domain::LawReference law;
  const auto* value = parent.value_if(field);
  if (value == nullptr) return law;
  ObjectReader from(*value, join_path(parent.path(), field));
  law.law = from.text("law");
  law.article = from.text_or("article", {});
  law.text = from.text_or("text", {}, 16384);
  law.verified = from.boolean_or("verified", false);
  parent.adopt(from.finish());
  return law;
}

Result<domain::ViolationRule> read_violation(const json::value& value, const std::string& path) {
  ObjectReader from(value, path);
  domain::ViolationRule rule;
  rule.id = domain::ViolationKindId(from.text("id", 64));
  rule.name_zh = from.text("name_zh", 64);
  rule.event_code = from.text_or("event_code", {}, 64);
  rule.effective_from = from.text_or("effective_from", {}, 32);
  rule.effective_until = from.text_or("effective_until", {}, 32);
  rule.evidence = from.boolean_or("evidence", false);
  rule.dwell = read_span(from, "dwell_s", {});
  rule.correction = read_limit_if(from, "correction");
  rule.reminder_rounds = read_count(from, "reminder_rounds", 0, 0, 5);
  rule.reminder_tries = read_count(from, "reminder_tries", rule.reminder_tries, 1, 10);
  rule.reminder_retry = read_span(from, "reminder_retry_s", rule.reminder_retry);
  rule.receipt_silence = read_span(from, "receipt_silence_s", rule.receipt_silence);
  rule.looks_max = read_count(from, "looks_max", rule.looks_max, 1, 20);
  rule.look_retry = read_span(from, "look_retry_s", minutes(2));
  rule.recheck_silence = read_span(from, "recheck_silence_s", minutes(5));
  rule.review = read_limit(from, "review");
  rule.dispatch = read_limit(from, "dispatch");
  rule.acceptance = read_limit(from, "acceptance");
  rule.handling = read_limit(from, "handling");
  rule.handling_key_road = read_limit_if(from, "handling_key_road");
  rule.verification = read_limit(from, "verification");
  rule.reminded_findings_30d_max =
      read_count(from, "reminded_findings_30d_max", rule.reminded_findings_30d_max, 0, 1000);
  rule.law = read_law(from, "law");
  XUNJIE_TRY_VOID(from.finish());
  return rule;
}

template <typename T, typename Read>
Result<void> read_list(const json::value& file, const std::string& name, std::vector<T>& into,
                       const Read& read) {
  const auto* list = file.if_array();
  if (list == nullptr) return make_error(ErrorCode::invalid_argument, name + "：应为数组", name);
  for (std::size_t i = 0; i < list->size(); ++i) {
    Result<T> item = read((*list)[i], index_path(name, i));
    if (!item.ok()) return item.error();
    into.push_back(std::move(item).value());
  }
  return {};
}

bool read_day(std::string_view text, domain::CivilDay& day) {
  const std::string copy(text);
  char rest = 0;
  return std::sscanf(copy.c_str(), "%4d-%2d-%2d%c", &day.year, &day.month, &day.day, &rest) == 3 &&
         day.month >= 1 && day.month <= 12 && day.day >= 1 && day.day <= 31;
}

void read_days(ObjectReader& from, const char* field, domain::DaySet& into) {
  const auto* list = from.array_if(field, 400);
  if (list == nullptr) return;
  for (const auto& item : *list) {
    // A day is "2026-02-17" or {"day":"2026-02-17","name":"春节"}.
    const auto* text = item.if_string();
    if (text == nullptr && item.is_object()) {
      const auto* inner = item.get_object().if_contains("day");
      text = inner == nullptr ? nullptr : inner->if_string();
    }
    domain::CivilDay day;
    if (text == nullptr || !read_day(std::string_view(text->data(), text->size()), day)) {
      from.fail(field, "应为 YYYY-MM-DD 日期的列表");
      return;
    }
    into.insert(day);
  }
}

int read_minute(ObjectReader& from, const char* field, int fallback) {
  const std::string text = from.text_or(field, {}, 8);
  if (text.empty()) return fallback;
  int hour = 0, minute = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%2d:%2d%c", &hour, &minute, &rest) != 2 || hour > 24 || hour < 0 ||
      minute < 0 || minute > 59 || hour * 60 + minute > 24 * 60) {
    from.fail(field, "“" + text + "” 不是时刻，例如 08:30");
    return fallback;
  }
  return hour * 60 + minute;
}

// The fields of one sub-object of the policy.
template <typename Read>
void read_section(ObjectReader& parent, const char* field, const Read& read) {
  const auto* value = parent.value_if(field);
  if (value == nullptr) return;
  ObjectReader from(*value, join_path(parent.path(), field));
  read(from);
  parent.adopt(from.finish());
}

Micros read_days_kept(ObjectReader& from, const char* field, std::int64_t least) {
  const auto kept = from.integer(field);
  if (from.ok() && (kept < least || kept > 36500)) {
    from.fail(field, "为 " + std::to_string(kept) + " 天，应在 " + std::to_string(least) +
                         " 到 36500 天（不少于 30 天为法定要求）");
  }
  return days(kept);
}

Result<RetentionRule> read_retention(const json::value& value, const std::string& path) {
  ObjectReader from(value, path);
  RetentionRule rule;
  domain::CivilDay day;
  rule.effective_from = from.text("effective_from", 16);
  if (from.ok() && !read_day(rule.effective_from, day))
    from.fail("effective_from", "应为 YYYY-MM-DD");
  const std::int64_t evidence = from.integer("evidence_days");
  rule.evidence = read_days_kept(from, "evidence_days", 30);
  rule.penalty = read_days_kept(from, "penalty_days", evidence);
  rule.access_log = read_days_kept(from, "access_log_days", evidence);
  rule.unreferenced = hours(read_count(from, "unreferenced_hours", 24, 1, 720));
  XUNJIE_TRY_VOID(from.finish());
  return rule;
}

}  // namespace

Result<void> read_violations(const json::value& file, std::vector<domain::ViolationRule>& into) {
  return read_list(file, "violations", into, read_violation);
}

Result<void> read_calendar(const json::value& file, const std::string& name,
                           domain::Calendar& into) {
  ObjectReader from(file, name);
  from.ignore("year");
  from.ignore("source");
  from.ignore("note");
  into.opens_minute = read_minute(from, "opens", into.opens_minute);
  into.closes_minute = read_minute(from, "closes", into.closes_minute);
  read_days(from, "holidays", into.holidays);
  read_days(from, "moved_workdays", into.moved_workdays);
  const std::string until = from.text_or("known_until", {}, 16);
  domain::CivilDay day;
  if (!until.empty() && !read_day(until, day)) from.fail("known_until", "应为 YYYY-MM-DD");
  if (!until.empty() && (!into.known_until || *into.known_until < day)) into.known_until = day;
  return from.finish();
}

Result<void> read_subdistricts(const json::value& file, std::vector<Subdistrict>& into) {
  return read_list(file, "subdistricts", into,
                   [](const json::value& value, const std::string& path) -> Result<Subdistrict> {
                     ObjectReader from(value, path);
                     Subdistrict one;
                     one.id = domain::SubdistrictId(from.text("id", 16));
                     one.name = from.text("name", 64);
                     one.centre = from.lon_lat("centre");
                     XUNJIE_TRY_VOID(from.finish());
                     return one;
                   });
}

Result<void> read_departments(const json::value& file, std::vector<NamedCode>& into) {
  return read_list(file, "departments", into,
                   [](const json::value& value, const std::string& path) -> Result<NamedCode> {
                     ObjectReader from(value, path);
                     NamedCode one{from.text("id", 64), from.text("name", 64)};
                     XUNJIE_TRY_VOID(from.finish());
                     return one;
                   });
}

Result<void> read_messages(const json::value& file, std::vector<MessageTemplate>& into) {
  return read_list(
      file, "messages", into,
      [](const json::value& value, const std::string& path) -> Result<MessageTemplate> {
        ObjectReader from(value, path);
        MessageTemplate one;
        from.ignore("id");
        one.violation = from.text("violation", 64);
        one.round = read_count(from, "round", 0, 0, 5);
        one.text = from.text("text", 1000);
        XUNJIE_TRY_VOID(from.finish());
        return one;
      });
}

Result<void> read_policy(const json::value& file, Policy& into) {
  ObjectReader from(file, "policy");
  read_section(from, "quiet_hours", [&into](ObjectReader& hours) {
    into.quiet_from_minute = read_minute(hours, "from", into.quiet_from_minute);
    into.quiet_until_minute = read_minute(hours, "until", into.quiet_until_minute);
  });
  read_section(from, "messages_per_shop", [&into](ObjectReader& caps) {
    into.per_shop_per_day = read_count(caps, "per_day", into.per_shop_per_day, 1, 100000);
    into.per_shop_per_week = read_count(caps, "per_week", into.per_shop_per_week, 1, 100000);
  });
  read_section(from, "outbox", [&into](ObjectReader& outbox) {
    into.attempts_max = read_count(outbox, "attempts_max", into.attempts_max, 1, 100);
    into.retry_first = read_span(outbox, "retry_first_s", into.retry_first);
    into.retry_max = read_span(outbox, "retry_max_s", into.retry_max);
  });
  read_section(from, "receipts", [&into](ObjectReader& receipts) {
    into.receipt_ask_after = read_span(receipts, "ask_after_s", into.receipt_ask_after);
    into.receipt_give_up = read_span(receipts, "give_up_after_s", into.receipt_give_up);
  });
  into.link_valid = read_span(from, "link_valid_s", into.link_valid);
  into.escalate_at = from.number_or("escalate_at", into.escalate_at);
  if (into.escalate_at <= 0 || into.escalate_at >= 1) from.fail("escalate_at", "应在 0 与 1 之间");
  into.match_radius_m = from.number_or("match_radius_m", into.match_radius_m);
  if (const auto* rules = from.value_if("retention")) {
    std::vector<RetentionRule> read;
    XUNJIE_TRY_VOID(read_list(*rules, "policy.retention", read, read_retention));
    const auto earlier = [](const auto& a, const auto& b) {
      return a.effective_from < b.effective_from;
    };
    std::sort(read.begin(), read.end(), earlier);
    if (read.empty()) from.fail("retention", "至少要有一条");
    into.retention = std::move(read);
  }
  into.agency = from.text("agency", 64);
  into.phone = from.text("phone", 32);
  return from.finish();
}

}  // namespace xunjie::app
