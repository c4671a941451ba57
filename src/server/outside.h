// The other sides this district talks to, made from configuration; what is not configured is null,
// and its effects are parked where a person sees them.
#pragma once

#include <memory>

#include "ports/clock.h"
#include "ports/gateways.h"
#include "server/config.h"

namespace xunjie::server {

struct Gateways {
  std::unique_ptr<ports::MessageGateway> messages;
  std::unique_ptr<ports::CityOperations> city;
};

Gateways make_gateways(const Config& config, const ports::Clock& clock);

}  // namespace xunjie::server
