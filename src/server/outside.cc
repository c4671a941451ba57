#include "server/outside.h"

#include "message/city_http_connector.h"
#include "message/sms_http_gateway.h"

namespace xunjie::server {
namespace {

message::Credentials credentials(const GatewayConfig& config) { return {config.key, config.secret}; }

}  // namespace

Gateways make_gateways(const Config& config, const ports::Clock& clock) {
  Gateways gateways;
  if (config.sms) {
    gateways.messages =
        std::make_unique<message::SmsHttpGateway>(config.sms->url, credentials(*config.sms), clock);
  }
  if (config.city) {
    gateways.city =
        std::make_unique<message::CityHttpConnector>(config.city->url, credentials(*config.city), clock);
  }
  return gateways;
}

}  // namespace xunjie::server
