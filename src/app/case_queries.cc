#include "app/case_queries.h"

#include <algorithm>
#include <cstdio>

#include "app/case_commands.h"
#include "app/case_records.h"
#include "app/json_reader.h"
#include "app/page_query.h"
#include "app/registry.h"
#include "app/views.h"
#include "domain/rights.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

constexpr int kReviewMax = 50;
constexpr std::size_t kMapPointsMax = 10'000;

Error wrong(const std::string& name, const std::string& what) {
  return make_error(ErrorCode::invalid_argument, name + "：" + what, name);
}

Error may_not() {
  return make_error(ErrorCode::forbidden, "您的岗位不能查看案件");
}

// The reader's scope, laid over whatever was asked for. false: nothing can be in both.
bool restrict_to_scope(const Principal& reader, ports::CaseFilter& filter) {
  if (!reader.subdistrict.empty()) {
    if (!filter.subdistrict.empty() && filter.subdistrict != reader.subdistrict.value) return false;
    filter.subdistrict = reader.subdistrict.value;
  }
  if (reader.role == domain::Role::liaison) {
    if (reader.department.empty()) return false;
    filter.department = reader.department;
  }
  return true;
}

Result<std::vector<std::string>> read_states(const std::string& text) {
  std::vector<std::string> states;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const auto end = std::min(text.find(',', begin), text.size());
    std::string state = text.substr(begin, end - begin);
    if (!domain::case_state_from(state)) return wrong("state", "没有状态 “" + state + "”");
    states.push_back(std::move(state));
    begin = end + 1;
  }
  return states;
}

Result<ports::CaseFilter> read_filter(const PageQuery& query, UtcMicros now) {
  ports::CaseFilter filter;
  filter.now = now;
  XUNJIE_TRY(states, read_states(query.text("state")));
  filter.states = std::move(states);
  XUNJIE_TRY(open, query.flag("open"));
  filter.open = open;
  filter.violation = query.text("violation");
  filter.subdistrict = query.text("subdistrict");
  filter.camera = query.text("camera");
  filter.shop = query.text("shop");
  filter.team = query.text("team");
  XUNJIE_TRY(overdue, query.flag("overdue"));
  filter.overdue = overdue.value_or(false);
  const std::string order = query.text("order");
  if (!order.empty() && order != "newest" && order != "oldest") {
    return wrong("order", "“" + order + "” 应为 newest 或 oldest");
  }
  filter.oldest_first = order == "oldest";
  XUNJIE_TRY(from, query.time("from"));
  filter.reported_from = from;
  XUNJIE_TRY(until, query.time("until"));
  filter.reported_until = until;
  return filter;
}

json::object page_of(json::array items, const std::string& next, UtcMicros now) {
  json::object answer;
  answer["items"] = std::move(items);
  answer["next_cursor"] = text_or_null(next);
  answer["as_of"] = to_rfc3339(now);
  return answer;
}

json::object funnel_view(const ports::Funnel& funnel) {
  return {
      {"found", funnel.found},         {"confirmed", funnel.confirmed},   {"told", funnel.told},
      {"corrected", funnel.corrected}, {"dispatched", funnel.dispatched}, {"closed", funnel.closed},
      {"rejected", funnel.rejected}};
}

Result<domain::CivilDay> read_day(const std::string& text, UtcMicros now) {
  if (text.empty()) return domain::local_day(now);
  domain::CivilDay day;
  char rest = 0;
  const int read =
      std::sscanf(text.c_str(), "%4d-%2d-%2d%c", &day.year, &day.month, &day.day, &rest);
  if (read != 3 || text.size() != 10 || day.year < 2000 || day.month < 1 || day.month > 12 ||
      day.day < 1 || domain::civil_from_days(domain::days_from_civil(day)) != day) {
    return wrong("day", "“" + text + "” 不是日期，例如 2026-03-01");
  }
  return day;
}

std::string day_text(domain::CivilDay day) {
  return to_rfc3339(UtcMicros{domain::days_from_civil(day) * days(1).count}).substr(0, 10);
}

}  // namespace

CaseQueries::CaseQueries(ports::Store& store, const ports::Clock& clock,
                         const ReferenceData& reference, const Registry& registry,
                         CaseCommands& commands)
    : store_(store),
      clock_(clock),
      reference_(reference),
      registry_(registry),
      commands_(commands) {}

Result<std::string> CaseQueries::list(const Principal& reader, const QueryParameters& parameters) {
  if (!domain::may(reader.role, domain::Duty::read_cases)) return may_not();
  XUNJIE_TRY(query,
             PageQuery::read(parameters, {"state", "open", "violation", "subdistrict", "camera",
                                          "shop", "team", "overdue", "order", "from", "until"}));
  const UtcMicros now = clock_.now();
  XUNJIE_TRY(filter, read_filter(query, now));
  json::array items;
  ports::PageOf<ports::CaseRow> rows;
  std::int64_t total = 0;
  if (restrict_to_scope(reader, filter)) {
    XUNJIE_TRY(found, store_.list_cases(filter, {query.limit, query.cursor}));
    rows = std::move(found);
    XUNJIE_TRY(counted, store_.count_cases(filter));
    total = counted;
  }
  const CaseViews views(store_, reference_, registry_, now);
  for (const auto& row : rows.items) {
    XUNJIE_TRY(current, case_of(store_, row));
    items.push_back(views.summary(current));
  }
  json::object answer = page_of(std::move(items), rows.next_cursor, now);
  answer["total"] = total;
  return json::serialize(answer);
}

Result<std::string> CaseQueries::detail(const Principal& reader, const domain::CaseId& id) {
  XUNJIE_TRY(current, load_case(store_, id));
  if (!current || !domain::may_read(actor_of(reader), *current)) {
    return make_error(ErrorCode::not_found, "没有案件 “" + id.value + "”");
  }
  const UtcMicros now = clock_.now();
  XUNJIE_TRY(events, seen_events(store_, id));
  XUNJIE_TRY(rules, commands_.rules_for(*current, now));
  CaseViews views(store_, reference_, registry_, now);
  return json::serialize(views.detail(reader, *current, events, rules));
}

Result<std::string> CaseQueries::review(const Principal& reader,
                                        const QueryParameters& parameters) {
  if (!domain::may(reader.role, domain::Duty::review_queue)) return may_not();
  XUNJIE_TRY(query, PageQuery::read(parameters, {}, kReviewMax));
  const UtcMicros now = clock_.now();
  ports::CaseFilter filter;
  filter.states = {std::string(name_of(domain::CaseState::reported))};
  filter.oldest_first = true;
  filter.now = now;
  json::array items;
  ports::PageOf<ports::CaseRow> rows;
  std::int64_t total = 0;
  if (restrict_to_scope(reader, filter)) {
    XUNJIE_TRY(found, store_.list_cases(filter, {query.limit, query.cursor}));
    rows = std::move(found);
    XUNJIE_TRY(counted, store_.count_cases(filter));
    total = counted;
  }
  CaseViews views(store_, reference_, registry_, now);
  for (const auto& row : rows.items) {
    XUNJIE_TRY(current, case_of(store_, row));
    XUNJIE_TRY(events, seen_events(store_, row.id));
    XUNJIE_TRY(rules, commands_.rules_for(current, now));
    items.push_back(views.review_item(reader, current, events, rules));
  }
  json::object answer = page_of(std::move(items), rows.next_cursor, now);
  answer["total"] = total;
  return json::serialize(answer);
}

Result<std::string> CaseQueries::map_points(const Principal& reader,
                                            const QueryParameters& parameters) {
  if (!domain::may(reader.role, domain::Duty::read_cases)) return may_not();
  XUNJIE_TRY(query, PageQuery::read(parameters, {"open", "violation", "subdistrict"}));
  const UtcMicros now = clock_.now();
  XUNJIE_TRY(filter, read_filter(query, now));
  json::array items;
  if (restrict_to_scope(reader, filter)) {
    ports::Page page;
    page.limit = 200;
    do {
      XUNJIE_TRY(rows, store_.list_cases(filter, page));
      for (const auto& row : rows.items) {
        if (items.size() == kMapPointsMax) break;
        items.push_back({{"id", row.id.value},
                         {"lon", row.lon},
                         {"lat", row.lat},
                         {"state", row.state},
                         {"violation", row.violation},
                         {"overdue", row.open && row.due && *row.due < now}});
      }
      page.cursor = rows.next_cursor;
    } while (!page.cursor.empty() && items.size() < kMapPointsMax);
  }
  return json::serialize(json::object{{"items", std::move(items)}, {"as_of", to_rfc3339(now)}});
}

Result<std::string> CaseQueries::funnel(const Principal& reader,
                                        const QueryParameters& parameters) {
  if (!domain::may(reader.role, domain::Duty::read_funnel)) return may_not();
  XUNJIE_TRY(query, PageQuery::read(parameters, {"day"}));
  const UtcMicros now = clock_.now();
  XUNJIE_TRY(day, read_day(query.text("day"), now));
  const UtcMicros from = domain::local_midnight(day), until = from + days(1);
  XUNJIE_TRY(whole, store_.funnel(from, until, reader.subdistrict.value));
  json::object answer;
  answer["day"] = day_text(day);
  const json::object totals = funnel_view(whole);
  for (const auto& count : totals) answer[count.key()] = count.value();
  json::array parts;
  for (const auto& subdistrict : reference_.subdistricts) {
    if (!domain::in_scope(actor_of(reader), subdistrict.id)) continue;
    XUNJIE_TRY(part, store_.funnel(from, until, subdistrict.id.value));
    json::object view{{"subdistrict", subdistrict.id.value}, {"name", subdistrict.name}};
    const json::object counts = funnel_view(part);
    for (const auto& count : counts) view[count.key()] = count.value();
    parts.push_back(std::move(view));
  }
  answer["by_subdistrict"] = std::move(parts);
  answer["as_of"] = to_rfc3339(now);
  return json::serialize(answer);
}

std::optional<StreamItem> CaseQueries::stream_item(const Principal& reader,
                                                   const ports::Change& change) {
  const auto item = [&change](const char* event, json::value summary) {
    json::object data{{"id", change.id},
                      {"version", change.version},
                      {"at", to_rfc3339(change.at)},
                      {"summary", std::move(summary)}};
    return StreamItem{event, json::serialize(data)};
  };
  const auto parsed = [](const Result<std::string>& text) -> std::optional<json::value> {
    if (!text.ok()) return std::nullopt;
    auto value = parse_json(*text);
    return value.ok() ? std::optional<json::value>(std::move(value).value()) : std::nullopt;
  };
  if (change.topic == "case") {
    const auto current = load_case(store_, domain::CaseId(change.id));
    if (!current.ok() || !*current || !domain::may_read(actor_of(reader), **current)) {
      return std::nullopt;
    }
    return item("case", CaseViews(store_, reference_, registry_, clock_.now()).summary(**current));
  }
  if (change.topic == "camera" || change.topic == "camera_health" ||
      change.topic == "device_review") {
    auto camera = parsed(registry_.camera(reader, change.id));
    return camera ? std::optional(item("camera", *std::move(camera))) : std::nullopt;
  }
  if (change.topic == "shop") {
    auto shop = parsed(registry_.shop(reader, change.id));
    return shop ? std::optional(item("shop", *std::move(shop))) : std::nullopt;
  }
  if (change.topic == "effect" && domain::may(reader.role, domain::Duty::read_effects)) {
    return item("effect", json::value());
  }
  return std::nullopt;
}

}  // namespace xunjie::app
