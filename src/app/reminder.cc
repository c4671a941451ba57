#include "app/reminder.h"

#include <array>

#include "app/json_reader.h"
#include "app/views.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

struct StatusWord {
  ReminderStatus status;
  std::string_view name, chinese;
};
constexpr std::array kStatuses = std::to_array<StatusWord>({
    {ReminderStatus::prepared, "prepared", "待发送"},
    {ReminderStatus::sent, "sent", "已发出"},
    {ReminderStatus::delivered, "delivered", "已送达"},
    {ReminderStatus::failed, "failed", "未送达"},
    {ReminderStatus::skipped, "skipped", "未发送"},
});

const StatusWord& word_of(ReminderStatus status) {
  return kStatuses[static_cast<std::size_t>(status)];
}

ReminderStatus status_from(ObjectReader& from) {
  const std::string name = from.text("status", 16);
  for (const auto& word : kStatuses) {
    if (word.name == name) return word.status;
  }
  from.fail("status", "不认识的状态");
  return ReminderStatus::prepared;
}

json::object encode_reminder(const Reminder& reminder) {
  json::object to;
  to["case"] = reminder.case_id.value;
  to["shop"] = reminder.shop.value;
  to["phone"] = reminder.phone;
  to["text"] = reminder.text;
  to["status"] = json_text(word_of(reminder.status).name);
  to["prepared_at"] = to_rfc3339(reminder.prepared_at);
  to["sent_at"] = time_or_null(reminder.sent_at);
  to["answered_at"] = time_or_null(reminder.answered_at);
  to["reference"] = reminder.reference;
  to["detail"] = reminder.detail;
  return to;
}

}  // namespace

Result<std::optional<Reminder>> find_reminder(ports::Store& store, const std::string& id) {
  XUNJIE_TRY(entity, store.find_entity("reminder", id));
  if (!entity) return std::optional<Reminder>();
  XUNJIE_TRY(value, parse_json(entity->body));
  ObjectReader from(value, "reminder");
  Reminder reminder;
  reminder.id = id;
  reminder.version = entity->version;
  reminder.subdistrict = entity->subdistrict;
  reminder.case_id = domain::CaseId(from.text("case"));
  reminder.shop = domain::ShopId(from.text("shop"));
  reminder.phone = from.text("phone");
  reminder.text = from.text("text");
  reminder.status = status_from(from);
  reminder.prepared_at = from.time("prepared_at");
  reminder.sent_at = from.time_if("sent_at");
  reminder.answered_at = from.time_if("answered_at");
  reminder.reference = from.text_or("reference", {});
  reminder.detail = from.text_or("detail", {});
  XUNJIE_TRY_VOID(from.finish());
  return std::optional<Reminder>(std::move(reminder));
}

Result<void> put_reminder(ports::Store& store, Reminder& reminder, UtcMicros now) {
  ports::Entity entity;
  entity.kind = "reminder";
  entity.id = reminder.id;
  entity.subdistrict = reminder.subdistrict;
  entity.body = json::serialize(encode_reminder(reminder));
  entity.updated_at = now;
  XUNJIE_TRY(stored, store.put_entity(entity, reminder.version));
  reminder.version = stored.version;
  return {};
}

json::object reminder_view(ports::Store& store, const ports::EffectRow& effect, bool with_phone) {
  json::object view;
  view["id"] = effect.id;
  view["channel"] = "sms";
  view["created_at"] = to_rfc3339(effect.created_at);
  view["not_before"] = to_rfc3339(effect.next_attempt_at);
  view["attempts"] = effect.attempts;
  view["effect_status"] = effect.status;
  view["error"] = text_or_null(effect.last_error);
  const auto found = find_reminder(store, effect.id);
  if (!found.ok() || !found->has_value()) {
    const auto& word = word_of(ReminderStatus::prepared);
    view["status"] = json_text(word.name);
    view["status_zh"] = json_text(word.chinese);
    return view;
  }
  const Reminder& reminder = **found;
  view["status"] = json_text(word_of(reminder.status).name);
  view["status_zh"] = json_text(word_of(reminder.status).chinese);
  view["phone"] = with_phone ? reminder.phone : masked_phone(reminder.phone);
  view["text"] = reminder.text;
  view["sent_at"] = time_or_null(reminder.sent_at);
  view["answered_at"] = time_or_null(reminder.answered_at);
  view["reference"] = text_or_null(reminder.reference);
  view["detail"] = text_or_null(reminder.detail);
  return view;
}

}  // namespace xunjie::app
