// What other sides send us, read strictly: an unknown field, a wrong type or an oversized text is
// invalid_argument with the field's name, so that a misunderstanding is seen on the first day.
#pragma once

#include <string>
#include <string_view>

#include "ports/gateways.h"

namespace xunjie::message {

Result<ports::MessageReceipt> read_receipt_json(std::string_view body);
Result<ports::InboundMessage> read_inbound_json(std::string_view body);
Result<ports::OrderUpdate> read_update_json(std::string_view body);
// The "reference" of an answer to us; other fields are the other side's business.
Result<std::string> read_reference(std::string_view body);
// An answer to "what became of it"; as the receipt, but without being strict about extra fields.
Result<ports::MessageReceipt> read_status_answer(std::string_view body,
                                                 const std::string& message_id);

std::string to_json(const ports::OutgoingMessage& message);
std::string to_json(const ports::WorkOrder& order);

}  // namespace xunjie::message
