#include "message/sms_http_gateway.h"

#include "message/inbound_json.h"

namespace xunjie::message {
namespace {

// Where the provider calls back, as api/openapi.yaml has it; part of what it signs.
constexpr std::string_view kReceiptsPath = "/api/v1/gateways/sms/receipts";
constexpr std::string_view kInboundPath = "/api/v1/gateways/sms/inbound";

}  // namespace

SmsHttpGateway::SmsHttpGateway(const std::string& url, const Credentials& credentials,
                               const ports::Clock& clock, HttpLimits limits)
    : provider_(url, credentials, clock, limits), verifier_(credentials, clock) {}

Result<std::string> SmsHttpGateway::send(const ports::OutgoingMessage& message) {
  XUNJIE_TRY(reply, provider_.call("POST", "/messages", to_json(message)));
  XUNJIE_TRY_VOID(check_status(reply));
  return read_reference(reply.body);
}

Result<std::optional<ports::MessageReceipt>> SmsHttpGateway::ask(const std::string& message_id) {
  XUNJIE_TRY(reply, provider_.call("GET", "/messages/" + message_id, {}));
  if (reply.status == 404) return std::optional<ports::MessageReceipt>();
  XUNJIE_TRY_VOID(check_status(reply));
  XUNJIE_TRY(receipt, read_status_answer(reply.body, message_id));
  return std::optional(std::move(receipt));
}

Result<ports::MessageReceipt> SmsHttpGateway::read_receipt(const Headers& headers,
                                                           const std::string& body) {
  XUNJIE_TRY_VOID(verifier_.verify(headers, "POST", kReceiptsPath, body));
  return read_receipt_json(body);
}

Result<ports::InboundMessage> SmsHttpGateway::read_inbound(const Headers& headers,
                                                           const std::string& body) {
  XUNJIE_TRY_VOID(verifier_.verify(headers, "POST", kInboundPath, body));
  return read_inbound_json(body);
}

}  // namespace xunjie::message
