#include "server/outside.h"

#include "message/city_http_connector.h"
#include "message/sms_http_gateway.h"

namespace xunjie::server {

Gateways make_gateways(const Config& config, const ports::Clock& clock) {
  Gateways gateways;
  if (config.sms) {
    gateways.messages = std::make_unique<message::SmsHttpGateway>(
        config.sms->url, message::Credentials{config.sms->key, config.sms->secret}, clock);
  }
  if (config.city) {
    gateways.city = std::make_unique<message::CityHttpConnector>(
        config.city->url, message::Credentials{config.city->key, config.city->secret}, clock);
  }
  return gateways;
}

}  // namespace xunjie::server
