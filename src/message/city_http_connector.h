// City operations over signed HTTP.
//
//   POST   {url}/orders        the order → {"reference"}; the same id again → same reference
//   PUT    {url}/orders/{id}   a later revision of it (rework, re-route, new limit)
//   DELETE {url}/orders/{id}?reason=…   withdrawn; 404 counts as done
//
// Guarantee: at least once under our order number, which city operations recognises; updates carry
// a rising revision, so a repeated or late one changes nothing there.
#pragma once

#include "message/http_client.h"
#include "ports/gateways.h"

namespace xunjie::message {

class CityHttpConnector final : public ports::CityOperations {
 public:
  CityHttpConnector(const std::string& url, const Credentials& credentials,
                    const ports::Clock& clock, HttpLimits limits = {});

  Result<std::string> create_order(const ports::WorkOrder& order) override;
  Result<void> update_order(const ports::WorkOrder& order) override;
  Result<void> cancel_order(const std::string& order_id, const std::string& reason) override;
  Result<ports::OrderUpdate> read_update(const Headers& headers, const std::string& body) override;

 private:
  SignedPeer city_;
  SignatureVerifier verifier_;
};

}  // namespace xunjie::message
