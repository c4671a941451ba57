#include "app/receipts.h"

#include "app/case_records.h"
#include "app/effect_outcome.h"
#include "app/reminder.h"

namespace xunjie::app {
namespace {

// A reminder and its sender write the same record; losing this often means something is broken.
constexpr int kRacesMax = 8;

SystemCommand command_of(domain::CommandKind kind, const std::string& reminder_id,
                         const ports::MessageReceipt& receipt) {
  SystemCommand say;
  say.scope = "sms";
  say.id = domain::CommandId(reminder_id + "-" + std::string(name_of(kind)));
  say.command.kind = kind;
  say.command.actor = system_actor();
  say.command.facts.channel = "sms";
  say.command.facts.reference = receipt.reference;
  say.command.facts.reason = receipt.detail;
  return say;
}

// Only the newest message of a case may fail it: an older one that fails late is history.
Result<bool> is_newest(ports::Store& store, const domain::Case& current,
                       const std::string& reminder_id) {
  XUNJIE_TRY(newest, newest_effect(store, current, "send_reminder"));
  return newest && newest->id == reminder_id;
}

Result<void> tell_case(ports::Store& store, CaseCommands& commands, const Reminder& reminder,
                       const ports::MessageReceipt& receipt) {
  const bool delivered = receipt.status == ports::ReceiptStatus::delivered;
  if (!delivered) {
    XUNJIE_TRY(current, load_case(store, reminder.case_id));
    if (!current || current->state != domain::CaseState::reminding) return {};
    XUNJIE_TRY(newest, is_newest(store, *current, reminder.id));
    if (!newest) return {};
  }
  const auto kind =
      delivered ? domain::CommandKind::reminder_delivered : domain::CommandKind::reminder_failed;
  const auto applied = commands.apply(reminder.case_id, command_of(kind, reminder.id, receipt));
  if (!applied.ok() && !is_settled(applied.error().code)) return applied.error();
  return {};
}

}  // namespace

Result<ReceiptEffect> record_receipt(ports::Store& store, CaseCommands& commands,
                                     const std::string& reminder_id,
                                     const ports::MessageReceipt& receipt, UtcMicros now) {
  const bool delivered = receipt.status == ports::ReceiptStatus::delivered;
  if (!delivered && receipt.status != ports::ReceiptStatus::failed) return ReceiptEffect::unknown;
  for (int race = 0; race < kRacesMax; ++race) {
    XUNJIE_TRY(found, find_reminder(store, reminder_id));
    if (!found) return ReceiptEffect::unknown;
    Reminder& reminder = *found;
    const bool settled = reminder.status == ReminderStatus::delivered ||
                         (reminder.status == ReminderStatus::failed && !delivered);
    if (settled) return ReceiptEffect::repeated;
    // The case first: after a crash in between the receipt comes again and the case's own receipt
    // makes it count once.
    XUNJIE_TRY_VOID(tell_case(store, commands, reminder, receipt));
    reminder.status = delivered ? ReminderStatus::delivered : ReminderStatus::failed;
    reminder.answered_at = receipt.at;
    reminder.detail = receipt.detail;
    if (reminder.reference.empty()) reminder.reference = receipt.reference;
    const auto written = put_reminder(store, reminder, now);
    if (written.ok()) return ReceiptEffect::applied;
    if (written.error().code != ErrorCode::version_conflict) return written.error();
  }
  return make_error(ErrorCode::unavailable, "提醒记录正在变动，请稍后再试");
}

Result<void> say_reminder_failed(ports::Store& store, CaseCommands& commands,
                                 const domain::CaseId& case_id, const std::string& reminder_id,
                                 const std::string& reason) {
  Reminder reminder;
  reminder.id = reminder_id;
  reminder.case_id = case_id;
  ports::MessageReceipt receipt;
  receipt.status = ports::ReceiptStatus::failed;
  receipt.detail = reason;
  return tell_case(store, commands, reminder, receipt);
}

}  // namespace xunjie::app
