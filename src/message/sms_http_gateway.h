// A generic SMS provider over signed HTTP.
//
//   POST {url}/messages {"id","phone","text"} → {"reference",…}   the same id again → same
//   reference GET  {url}/messages/{id} → {"reference","status","at","detail"}, 404 = never heard of
//
// Guarantee: at least once to the provider, under one id; exactly once to the phone as far as the
// provider keeps its word about repeated ids. The outbox asks before it repeats an unknown outcome.
#pragma once

#include "message/http_client.h"
#include "ports/gateways.h"

namespace xunjie::message {

class SmsHttpGateway final : public ports::MessageGateway {
 public:
  SmsHttpGateway(const std::string& url, const Credentials& credentials, const ports::Clock& clock,
                 HttpLimits limits = {});

  [[nodiscard]] std::string name() const override { return "sms"; }
  Result<std::string> send(const ports::OutgoingMessage& message) override;
  Result<std::optional<ports::MessageReceipt>> ask(const std::string& message_id) override;
  Result<ports::MessageReceipt> read_receipt(const Headers& headers,
                                             const std::string& body) override;
  Result<ports::InboundMessage> read_inbound(const Headers& headers,
                                             const std::string& body) override;

 private:
  SignedPeer provider_;
  SignatureVerifier verifier_;
};

}  // namespace xunjie::message
