// What became of a message, from whichever side it comes: callback, asking, or giving up. Receipts
// come late, twice, out of order; delivered wins over failed, and a case hears of each at most
// once. Internal to app.
#pragma once

#include <string>

#include "app/case_commands.h"
#include "base/result.h"
#include "ports/gateways.h"
#include "ports/store.h"

namespace xunjie::app {

enum class ReceiptEffect { applied, repeated, unknown };

// `reminder_id` is the message's id, which is its effect's.
Result<ReceiptEffect> record_receipt(ports::Store& store, CaseCommands& commands,
                                     const std::string& reminder_id,
                                     const ports::MessageReceipt& receipt, UtcMicros now);

// Says reminder_failed for a message that will never be sent, once. Late cases are left alone.
Result<void> say_reminder_failed(ports::Store& store, CaseCommands& commands,
                                 const domain::CaseId& case_id, const std::string& reminder_id,
                                 const std::string& reason);

}  // namespace xunjie::app
