// Everything outside this process that a district talks to: the message provider, city operations,
// the cameras. Made from configuration; what is not configured is null.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "ports/blob_store.h"
#include "ports/clock.h"
#include "ports/gateways.h"
#include "ports/watching.h"
#include "server/config.h"

namespace xunjie::server {

struct Gateways {
  std::unique_ptr<ports::MessageGateway> messages;
  std::unique_ptr<ports::CityOperations> city;
};

Gateways make_gateways(const Config& config, const ports::Clock& clock);

}  // namespace xunjie::server
