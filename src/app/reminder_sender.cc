#include "app/reminder_sender.h"

#include <algorithm>

#include "app/case_records.h"
#include "app/receipts.h"
#include "base/crash_point.h"

namespace xunjie::app {
namespace {

constexpr int kRacesMax = 8;

// "…-3-receipt" → "…-3-sms"
std::string reminder_of(const std::string& ask_id) {
  return ask_id.substr(0, ask_id.rfind('-')) + "-sms";
}

}  // namespace

ReminderSender::ReminderSender(ports::Store& store, const ReferenceData& reference,
                               const Registry& registry, CaseCommands& commands,
                               const MerchantLinks& links, ports::MessageGateway* gateway)
    : store_(store),
      reference_(reference),
      registry_(registry),
      commands_(commands),
      links_(links),
      gateway_(gateway) {}

EffectOutcome ReminderSender::send(const ports::EffectRow& effect, UtcMicros now) {
  if (gateway_ == nullptr) {
    return EffectOutcome::failed(make_error(ErrorCode::internal, "没有配置短信网关"));
  }
  XUNJIE_EFFECT_TRY(current, load_case(store_, effect.case_id));
  XUNJIE_EFFECT_TRY(reminder, find_reminder(store_, effect.id));
  if (reminder && reminder->status != ReminderStatus::prepared) {
    return EffectOutcome::done(reminder->reference);  // a crash came between sending and finishing
  }
  // A case that has moved on, or asks again under a newer message, must not be told by an old one.
  if (!current || current->state != domain::CaseState::reminding) return EffectOutcome::done();
  XUNJIE_EFFECT_TRY(newest, newest_effect(store_, *current, "send_reminder"));
  if (!newest || newest->id != effect.id) return EffectOutcome::done();
  const UtcMicros allowed = after_quiet_hours(now, reference_.policy);
  if (now < allowed) return EffectOutcome::again(allowed);
  if (!reminder) {
    XUNJIE_EFFECT_TRY(prepared, prepare(effect, *current, now));
    if (!prepared) return EffectOutcome::done();
    return hand_over(effect, *prepared, now);
  }
  return hand_over(effect, *reminder, now);
}

Result<std::optional<Reminder>> ReminderSender::prepare(const ports::EffectRow& effect,
                                                        const domain::Case& current,
                                                        UtcMicros now) {
  const auto refuse = [&](const std::string& why) -> Result<std::optional<Reminder>> {
    XUNJIE_TRY_VOID(say_reminder_failed(store_, commands_, current.id, effect.id, why));
    return std::optional<Reminder>();
  };
  const auto registry = registry_.snapshot();
  const auto shop = registry->shops.find(current.sighting.shop);
  if (shop == registry->shops.end() || shop->second.phone.empty())
    return refuse("商户没有登记电话");
  XUNJIE_TRY(counted, count_message(store_, shop->second.id, effect.id, reference_.policy, now));
  if (!counted) return refuse("该商户近期提醒次数已达上限");

  Reminder reminder;
  reminder.id = effect.id;
  reminder.case_id = current.id;
  reminder.shop = shop->second.id;
  reminder.subdistrict = current.sighting.subdistrict.value;
  reminder.phone = shop->second.phone;
  reminder.text = text_for(current, shop->second, now);
  reminder.prepared_at = now;
  if (reminder.text.empty()) {
    return make_error(ErrorCode::internal, "没有适用于这种违法类型的短信模板");
  }
  XUNJIE_TRY_VOID(put_reminder(store_, reminder, now));
  // Lets an answer from this telephone find its case.
  ports::Entity phone;
  phone.kind = "phone";
  phone.id = reminder.phone;
  phone.body = current.id.value;
  phone.updated_at = now;
  XUNJIE_TRY(stored, store_.put_entity(phone, std::nullopt));
  (void)stored;
  return std::optional<Reminder>(std::move(reminder));
}

EffectOutcome ReminderSender::hand_over(const ports::EffectRow& effect, const Reminder& reminder,
                                        UtcMicros now) {
  std::string reference;
  if (effect.attempts > 1) {
    // An earlier attempt may have arrived without our hearing of it.
    XUNJIE_EFFECT_TRY(known, gateway_->ask(effect.id));
    if (known) reference = known->reference.empty() ? effect.id : known->reference;
  }
  if (reference.empty()) {
    XUNJIE_EFFECT_TRY(sent, gateway_->send({reminder.id, reminder.phone, reminder.text}));
    reference = sent;
    crash_point("outbox.after_send");
  }
  const auto marked = mark_sent(effect.id, reference, now);
  if (!marked.ok()) return EffectOutcome::failed(marked.error());
  return EffectOutcome::done(reference);
}

Result<void> ReminderSender::mark_sent(const std::string& id, const std::string& reference,
                                       UtcMicros now) {
  for (int race = 0; race < kRacesMax; ++race) {
    XUNJIE_TRY(reminder, find_reminder(store_, id));
    // A receipt may have been quicker than the provider's own answer.
    if (!reminder || reminder->sent_at) return {};
    if (reminder->status == ReminderStatus::prepared) reminder->status = ReminderStatus::sent;
    reminder->sent_at = now;
    reminder->reference = reference;
    auto written = put_reminder(store_, *reminder, now);
    if (written.ok() || written.error().code != ErrorCode::version_conflict) return written;
  }
  return make_error(ErrorCode::unavailable, "提醒记录正在变动");
}

EffectOutcome ReminderSender::ask(const ports::EffectRow& effect, UtcMicros now) {
  const std::string id = reminder_of(effect.id);
  const Policy& policy = reference_.policy;
  XUNJIE_EFFECT_TRY(sending, store_.find_effect(id));
  const bool on_its_way = sending && (sending->status == "pending" || sending->status == "leased");
  XUNJIE_EFFECT_TRY(reminder, find_reminder(store_, id));
  if (!reminder || reminder->status == ReminderStatus::prepared) {
    return on_its_way ? EffectOutcome::again(now + policy.receipt_ask_after)
                      : EffectOutcome::done();
  }
  if (reminder->status != ReminderStatus::sent || gateway_ == nullptr) return EffectOutcome::done();
  const UtcMicros sent_at = reminder->sent_at.value_or(reminder->prepared_at);
  if (now < sent_at + policy.receipt_ask_after) {
    return EffectOutcome::again(sent_at + policy.receipt_ask_after);
  }
  XUNJIE_EFFECT_TRY(answer, gateway_->ask(id));
  const bool final_answer = answer && (answer->status == ports::ReceiptStatus::delivered ||
                                       answer->status == ports::ReceiptStatus::failed);
  if (!final_answer && now < sent_at + policy.receipt_give_up) {
    return EffectOutcome::again(now + policy.receipt_ask_after);
  }
  ports::MessageReceipt receipt;
  if (final_answer)
    receipt = *answer;
  else {
    receipt.status = ports::ReceiptStatus::failed;
    receipt.at = now;
    receipt.detail = "一直没有回执";
  }
  XUNJIE_EFFECT_TRY(recorded, record_receipt(store_, commands_, id, receipt, now));
  (void)recorded;
  return EffectOutcome::done();
}

std::string ReminderSender::text_for(const domain::Case& current, const Shop& shop,
                                     UtcMicros now) const {
  const auto& sighting = current.sighting;
  const auto* words =
      reference_.message(sighting.violation.value, std::max(1, current.reminder_rounds));
  const auto* rule = reference_.violation(sighting.violation, current.reported_at);
  if (words == nullptr || rule == nullptr) return {};
  const UtcMicros deadline =
      rule->correction ? reference_.calendar.due(now, *rule->correction) : now;
  const Policy& policy = reference_.policy;
  return fill_template(words->text, {{"agency", policy.agency},
                                     {"shop", shop.name},
                                     {"address", sighting.address},
                                     {"violation", rule->name_zh},
                                     {"seen_at", local_time_text(sighting.seen_at)},
                                     {"deadline", local_time_text(deadline)},
                                     {"link", links_.make(current.id, now + policy.link_valid)},
                                     {"phone", policy.phone}});
}

}  // namespace xunjie::app
