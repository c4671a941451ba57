// The record of one message to a party (entity kind "reminder", id = its effect): what was written
// to whom, and what became of it. Written before the message is handed over, so that a repetition
// sends the same text and link. Internal to app.
#pragma once

#include <optional>
#include <string>

#include <boost/json.hpp>

#include "base/result.h"
#include "domain/ids.h"
#include "ports/store.h"

namespace xunjie::app {

enum class ReminderStatus { prepared, sent, delivered, failed, skipped };

struct Reminder {
  std::string id;
  std::uint32_t version = 0;  // of the entity
  domain::CaseId case_id;
  domain::ShopId shop;
  std::string subdistrict, phone, text, reference, detail;
  ReminderStatus status = ReminderStatus::prepared;
  UtcMicros prepared_at;
  std::optional<UtcMicros> sent_at, answered_at;
};

Result<std::optional<Reminder>> find_reminder(ports::Store& store, const std::string& id);
// Errors: version_conflict when somebody else wrote it meanwhile.
Result<void> put_reminder(ports::Store& store, Reminder& reminder, UtcMicros now);

boost::json::object reminder_view(ports::Store& store, const ports::EffectRow& effect,
                                  bool with_phone);

}  // namespace xunjie::app
