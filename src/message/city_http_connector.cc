#include "message/city_http_connector.h"

#include "message/inbound_json.h"

namespace xunjie::message {
namespace {

constexpr std::string_view kUpdatesPath = "/api/v1/gateways/city/updates";

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '_' || byte == '.' ||
                       byte == '~';
    if (plain) {
      out += c;
    } else {
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

}  // namespace

CityHttpConnector::CityHttpConnector(const std::string& url, const Credentials& credentials,
                                     const ports::Clock& clock, HttpLimits limits)
    : city_(url, credentials, clock, limits), verifier_(credentials, clock) {}

Result<std::string> CityHttpConnector::create_order(const ports::WorkOrder& order) {
  XUNJIE_TRY(reply, city_.call("POST", "/orders", to_json(order)));
  XUNJIE_TRY_VOID(check_status(reply));
  return read_reference(reply.body);
}

Result<void> CityHttpConnector::update_order(const ports::WorkOrder& order) {
  XUNJIE_TRY(reply, city_.call("PUT", "/orders/" + order.id, to_json(order)));
  return check_status(reply);
}

Result<void> CityHttpConnector::cancel_order(const std::string& order_id,
                                             const std::string& reason) {
  XUNJIE_TRY(reply,
             city_.call("DELETE", "/orders/" + order_id, {}, "?reason=" + percent_encoded(reason)));
  if (reply.status == 404) return {};
  return check_status(reply);
}

Result<ports::OrderUpdate> CityHttpConnector::read_update(const Headers& headers,
                                                          const std::string& body) {
  XUNJIE_TRY_VOID(verifier_.verify(headers, "POST", kUpdatesPath, body));
  return read_update_json(body);
}

}  // namespace xunjie::message
