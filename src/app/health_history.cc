#include "app/health_history.h"

#include <algorithm>

#include <boost/json.hpp>

#include "app/json_reader.h"
#include "app/page_query.h"
#include "app/registry_json.h"
#include "app/views.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

constexpr Micros kWriteEvery = minutes(10);
constexpr Micros kShortest = seconds(5);  // a state that flaps is written at most this often
// A longer silence than this between two words is shown as such.
constexpr Micros kSilence = minutes(15);

struct Kept {
  std::int64_t number = 0;
  std::string state, message;
  UtcMicros from, heard;
  double period_min_s = 0, period_max_s = 0;
};

Result<Kept> kept_from(const EntityRing::Entry& entry) {
  XUNJIE_TRY(value, parse_json(entry.record));
  ObjectReader from(value, "history");
  Kept kept;
  kept.number = entry.number;
  kept.state = from.text("state", 32);
  kept.message = from.text_or("message", {});
  kept.from = from.time("from");
  kept.heard = from.time("heard");
  kept.period_min_s = from.number("period_min_s");
  kept.period_max_s = from.number("period_max_s");
  XUNJIE_TRY_VOID(from.finish());
  return kept;
}

json::object item(std::string_view state, const std::string& message, UtcMicros from,
                  std::optional<UtcMicros> until) {
  return {{"state", json_text(state)},    {"state_zh", json_text(camera_state_chinese(state))},
          {"message", message},           {"from", to_rfc3339(from)},
          {"until", time_or_null(until)}, {"period_min_s", json::value()},
          {"period_max_s", json::value()}};
}

json::object item(const Kept& kept, std::optional<UtcMicros> until) {
  json::object out = item(kept.state, kept.message, kept.from, until);
  if (kept.period_max_s > 0) {
    out["period_min_s"] = kept.period_min_s;
    out["period_max_s"] = kept.period_max_s;
  }
  return out;
}

// The silence after a span, then the span: newest first.
void add_span(json::array& items, const Kept& kept, std::optional<UtcMicros> next, UtcMicros now) {
  const UtcMicros end = next.value_or(now);
  if (end - kept.heard <= kSilence) {
    items.push_back(item(kept, next));
    return;
  }
  items.push_back(item("unknown", "这段时间没有查看", kept.heard, next));
  items.push_back(item(kept, kept.heard));
}

struct Shown {
  json::array items;
  std::string cursor;  // empty: no more
  std::optional<UtcMicros> heard;
};

// Entries come newest first. On a later page the first one was shown before and only says where the
// next one ends.
Result<Shown> shown(const std::vector<EntityRing::Entry>& entries, std::int64_t before, int limit,
                    const std::optional<HealthHistory::Span>& open, UtcMicros now) {
  Shown out;
  std::optional<UtcMicros> next;
  int taken = 0;
  for (const auto& entry : entries) {
    XUNJIE_TRY(kept, kept_from(entry));
    if (open && open->from == kept.from) {
      kept.heard = std::max(kept.heard, open->heard);
      kept.period_min_s = open->period_min_s;
      kept.period_max_s = open->period_max_s;
    }
    if (!out.heard) out.heard = kept.heard;
    if (kept.number != before) {
      if (now - kept.heard > HealthHistory::kKept) break;
      if (taken++ == limit) {
        out.cursor = std::to_string(kept.number + 1);
        break;
      }
      add_span(out.items, kept, next, now);
    }
    next = kept.from;
  }
  return out;
}

}  // namespace

std::string HealthHistory::encode(const Span& span) {
  return json::serialize(json::object{{"state", json_text(ports::name_of(span.state))},
                                      {"message", span.message},
                                      {"from", to_rfc3339(span.from)},
                                      {"heard", to_rfc3339(span.heard)},
                                      {"period_min_s", span.period_min_s},
                                      {"period_max_s", span.period_max_s}});
}

void HealthHistory::extend(Span& span, const ports::CameraHealth& health) const {
  span.heard = std::max(span.heard, health.at);
  if (health.period_s <= 0) return;
  span.period_min_s =
      span.period_min_s > 0 ? std::min(span.period_min_s, health.period_s) : health.period_s;
  span.period_max_s = std::max(span.period_max_s, health.period_s);
}

void HealthHistory::note(const ports::CameraHealth& health) {
  const std::lock_guard lock(mutex_);
  auto at = open_.find(health.camera);
  const std::string& owner = health.camera.value;
  const bool other = at == open_.end() || at->second.state != health.state;
  if (other && at != open_.end() && health.at - at->second.from < kShortest) return;
  if (!other) {
    Span& span = at->second;
    extend(span, health);
    if (span.stored && health.at - span.written < kWriteEvery) return;
    span.written = health.at;
    const auto written = span.stored ? ring_.replace_newest(owner, encode(span), span.from)
                                     : ring_.append(owner, encode(span), span.from);
    span.stored = span.stored || written.ok();
    return;
  }
  // What the span before gathered since it was last written.
  if (at != open_.end() && at->second.stored)
    (void)ring_.replace_newest(owner, encode(at->second), at->second.from);
  Span span;
  span.state = health.state;
  span.message = health.message;
  // As exact as it is stored, so that the stored span is known again.
  span.from = UtcMicros{health.at.count - health.at.count % 1000};
  span.heard = span.written = health.at;
  extend(span, health);
  span.stored = ring_.append(owner, encode(span), span.from).ok();
  open_[health.camera] = std::move(span);
}

std::optional<HealthHistory::Span> HealthHistory::lasting(const domain::CameraId& camera) const {
  const std::lock_guard lock(mutex_);
  const auto at = open_.find(camera);
  return at == open_.end() ? std::nullopt : std::optional(at->second);
}

Result<std::string> HealthHistory::page(const domain::CameraId& camera,
                                        const QueryParameters& parameters, UtcMicros now) const {
  XUNJIE_TRY(query, PageQuery::read(parameters, {}));
  XUNJIE_TRY(before, ring_cursor(query.cursor));
  // One more than asked for tells whether there is a next page.
  XUNJIE_TRY(entries, ring_.newest_first(camera.value, before == 0 ? 0 : before + 1,
                                         static_cast<std::size_t>(query.limit) + 2));
  const auto open = lasting(camera);
  XUNJIE_TRY(page, shown(entries, before, query.limit, open, now));
  if (open) page.heard = open->heard;
  return json::serialize(json::object{{"items", std::move(page.items)},
                                      {"next_cursor", text_or_null(page.cursor)},
                                      {"as_of", to_rfc3339(now)},
                                      {"heard_at", time_or_null(page.heard)}});
}

}  // namespace xunjie::app
