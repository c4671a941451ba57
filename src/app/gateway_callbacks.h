// What the other sides tell us: receipts, answers, order updates. Late, early, twice, out of order
// and unknown are all normal here.
//
// Every method checks the signature through its driver first (unauthenticated), then works at most
// once per id of the other side, and returns the JSON text of the answer. Thread-safe.
#pragma once

#include <string>

#include "app/case_commands.h"
#include "app/principal.h"
#include "base/result.h"
#include "ports/blob_store.h"
#include "ports/gateways.h"
#include "ports/store.h"

namespace xunjie::app {

class GatewayCallbacks {
 public:
  GatewayCallbacks(ports::Store& store, ports::BlobStore& blobs, const ports::Clock& clock,
                   CaseCommands& commands, ports::MessageGateway* messages,
                   ports::CityOperations* city);

  // POST /gateways/sms/receipts → {"applied","repeated"}. A receipt for a message nobody knows is
  // accepted and ignored ("applied": false), else the provider would repeat it for ever.
  Result<std::string> sms_receipt(const Headers& headers, const std::string& body);
  // POST /gateways/sms/inbound. "1" or "已整改" claims correction; anything else becomes a note.
  Result<std::string> sms_inbound(const Headers& headers, const std::string& body);
  // POST /gateways/city/updates. not_allowed_in_state (409) = too early or too late, may be
  // repeated.
  Result<std::string> city_update(const Headers& headers, const std::string& body);

 private:
  Result<void> keep_pictures(const ports::OrderUpdate& update, domain::Facts& facts);

  ports::Store& store_;
  ports::BlobStore& blobs_;
  const ports::Clock& clock_;
  CaseCommands& commands_;
  ports::MessageGateway* messages_;
  ports::CityOperations* city_;
};

}  // namespace xunjie::app
