#include "app/case_records.h"

#include <array>

#include "app/codec.h"

namespace xunjie::app {
namespace {

struct ShortName {
  std::string_view kind, suffix;
};
// What a person reading an order number or a message id sees.
constexpr std::array kShortNames = std::to_array<ShortName>({
    {"send_reminder", "sms"},
    {"request_look", "look"},
    {"create_order", "order"},
    {"cancel_order", "cancel"},
    {"update_order", "update"},
    {"start_transfer", "transfer"},
    {"notify_duty", "duty"},
    {kAskReceipt, "receipt"},
    {kDismissFinding, "dismiss"},
});

ports::NewEffect new_effect(const domain::Case& after, std::string_view kind,
                            const domain::Facts& facts, UtcMicros not_before) {
  std::string payload = "{\"version\":" + std::to_string(after.version) +
                        ",\"round\":" + std::to_string(after.reminder_rounds) +
                        ",\"facts\":" + text_of(facts) + "}";
  return {effect_id(after.id, after.version, kind), std::string(kind), std::move(payload),
          not_before};
}

Error corrupt(const domain::CaseId& id, std::uint32_t sequence, const Error& cause) {
  return make_error(ErrorCode::corrupt,
                    "案件 " + id.value + " 的第 " + std::to_string(sequence) + " 条记录无法读取",
                    {}, cause.message);
}

}  // namespace

Result<domain::Case> fold(const domain::CaseId& id, const std::vector<ports::StoredEvent>& events) {
  std::optional<domain::Case> current;
  for (const auto& stored : events) {
    auto event = decode_event(stored.payload);
    if (!event.ok()) return corrupt(id, stored.sequence, event.error());
    current = domain::evolve(std::move(current), id, *event);
  }
  if (!current) {
    return make_error(ErrorCode::corrupt, "案件 " + id.value + " 没有任何记录");
  }
  return *std::move(current);
}

Result<domain::Case> case_of(ports::Store& store, const ports::CaseRow& row) {
  auto decoded = decode_case(row.body);
  if (decoded.ok() && decoded->version == row.version && decoded->id == row.id) return decoded;
  XUNJIE_TRY(events, store.events_of(row.id));
  return fold(row.id, events);
}

Result<std::optional<domain::Case>> load_case(ports::Store& store, const domain::CaseId& id) {
  XUNJIE_TRY(row, store.find_case(id));
  if (!row) return std::optional<domain::Case>();
  XUNJIE_TRY(current, case_of(store, *row));
  return std::optional<domain::Case>(std::move(current));
}

ports::CaseRow row_of(const domain::Case& current) {
  ports::CaseRow row;
  row.id = current.id;
  row.version = current.version;
  row.state = name_of(current.state);
  row.stage = name_of(current.stage);
  row.violation = current.sighting.violation.value;
  row.subdistrict = current.sighting.subdistrict.value;
  row.team = current.team.value;
  row.shop = current.sighting.shop.value;
  row.camera = current.sighting.camera.value;
  row.zone = current.sighting.zone.value;
  row.finding = current.sighting.finding.value;
  row.place_key = current.sighting.place_key;
  row.department = current.department;
  row.open = !domain::is_end(current.state);
  row.lon = current.sighting.position.lon;
  row.lat = current.sighting.position.lat;
  row.reported_at = current.reported_at;
  row.updated_at = current.last_at;
  row.due = current.due;
  row.confirmed_at = current.confirmed_at;
  row.told_at = current.told_at;
  row.corrected_at = current.corrected_at;
  row.dispatched_at = current.dispatched_at;
  row.ended_at = current.ended_at;
  row.body = text_of(current);
  return row;
}

ports::NewEvent record_of(const domain::Event& event) {
  return {std::string(name_of(event.kind)), event.at, event.actor.user.value, text_of(event)};
}

std::string effect_id(const domain::CaseId& id, std::uint32_t version, std::string_view kind) {
  std::string_view suffix = kind;
  for (const auto& name : kShortNames) {
    if (name.kind == kind) suffix = name.suffix;
  }
  return id.value + "-" + std::to_string(version) + "-" + std::string(suffix);
}

UtcMicros after_quiet_hours(UtcMicros time, const Policy& policy) {
  const int from = policy.quiet_from_minute, until = policy.quiet_until_minute;
  if (from == until) return time;
  const int minute = domain::local_minute(time);
  const bool quiet =
      from < until ? (minute >= from && minute < until) : (minute >= from || minute < until);
  if (!quiet) return time;
  const UtcMicros midnight = domain::local_midnight(domain::local_day(time));
  const bool tomorrow = minute >= until;
  return midnight + (tomorrow ? days(1) : Micros{}) + minutes(until);
}

std::vector<ports::NewEffect> effects_of(const domain::Decision& decision,
                                         const domain::Case& after, const Policy& policy,
                                         UtcMicros now) {
  std::vector<ports::NewEffect> effects;
  for (const auto& effect : decision.effects) {
    const bool tells = effect.kind == domain::EffectKind::send_reminder;
    UtcMicros not_before = now + effect.delay;
    if (tells) not_before = after_quiet_hours(not_before, policy);
    effects.push_back(new_effect(after, name_of(effect.kind), effect.facts, not_before));
    if (tells) {
      effects.push_back(new_effect(after, kAskReceipt, {}, not_before + policy.receipt_ask_after));
    }
  }
  for (const auto& event : decision.events) {
    if (event.kind == domain::EventKind::rejected) {
      effects.push_back(new_effect(after, kDismissFinding, {}, now));
    }
  }
  return effects;
}

Result<std::optional<ports::EffectRow>> newest_effect(ports::Store& store,
                                                      const domain::Case& current,
                                                      std::string_view kind) {
  for (std::uint32_t version = current.version; version > 0; --version) {
    auto found = store.find_effect(effect_id(current.id, version, kind));
    if (!found.ok() || found->has_value()) return found;
  }
  return std::optional<ports::EffectRow>();
}

}  // namespace xunjie::app
