// The other sides: message providers and city operations. Each driver states its guarantee in its
// header. Calls block up to the driver's time limit and may be made from any thread.
//
// Idempotency: `id` is ours and stays the same over retries, so that the other side can recognise a
// repetition. Errors: unavailable and timeout may be retried; anything else parks the effect for a
// person.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"

namespace xunjie::ports {

struct OutgoingMessage {
  std::string id;  // idempotency key
  std::string phone;
  std::string text;
};

enum class ReceiptStatus { accepted, delivered, failed, unknown };

struct MessageReceipt {
  std::string reference;   // the provider's id, as returned by send
  std::string message_id;  // ours, when the provider echoes it
  ReceiptStatus status = ReceiptStatus::unknown;
  UtcMicros at;
  std::string detail;
};

struct InboundMessage {
  std::string reference;  // provider's id, for deduplication
  std::string phone;
  std::string text;
  UtcMicros at;
};

class MessageGateway {
 public:
  virtual ~MessageGateway() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  // Returns the provider's reference.
  virtual Result<std::string> send(const OutgoingMessage& message) = 0;
  // What became of a message sent earlier, when its receipt stays out; nullopt = not known there.
  virtual Result<std::optional<MessageReceipt>> ask(const std::string& message_id) = 0;
  // Checks the signature and reads a callback body. Errors: unauthenticated, invalid_argument.
  virtual Result<MessageReceipt> read_receipt(
      const std::vector<std::pair<std::string, std::string>>& headers, const std::string& body) = 0;
  virtual Result<InboundMessage> read_inbound(
      const std::vector<std::pair<std::string, std::string>>& headers, const std::string& body) = 0;
};

struct WorkOrder {
  std::string id;  // idempotency key, also our order number
  domain::CaseId case_id;
  std::string violation, violation_zh, event_code, subdistrict, team, address, description;
  double lon = 0, lat = 0;
  std::optional<UtcMicros> due;
  std::vector<std::string> picture_urls;
  bool check_on_spot = false;
  int revision = 0;
};

// What city operations tells us about an order: acknowledged, accepted, returned, started, result.
struct OrderUpdate {
  std::string id;         // unique per update, for deduplication
  std::string order_id;   // ours
  std::string reference;  // theirs
  std::string action;     // a CommandKind name: accept, return_order, start_on_site, submit_result
  std::string reason, text;
  std::vector<std::string> officers;
  std::vector<std::pair<std::string, std::string>>
      pictures;  // role, base64 JPEG (decoded by the app)
  UtcMicros at;
};

class CityOperations {
 public:
  virtual ~CityOperations() = default;
  virtual Result<std::string> create_order(const WorkOrder& order) = 0;  // returns their reference
  virtual Result<void> update_order(const WorkOrder& order) = 0;         // rework, re-route, due
  virtual Result<void> cancel_order(const std::string& order_id, const std::string& reason) = 0;
  virtual Result<OrderUpdate> read_update(
      const std::vector<std::pair<std::string, std::string>>& headers, const std::string& body) = 0;
};

}  // namespace xunjie::ports
