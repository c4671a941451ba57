// Who is asking: the signed-in person as every use case sees them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "domain/case.h"
#include "domain/ids.h"

namespace xunjie::app {

struct Principal {
  domain::UserId id;
  std::string login;
  std::string name;
  domain::Role role = domain::Role::auditor;
  domain::SubdistrictId subdistrict;  // scope; empty = whole district
  std::string department;             // scope of a liaison; empty otherwise
  std::string certificate;            // enforcement certificate number, empty = none
};

domain::Actor actor_of(const Principal& principal);

// Percent-decoded query parameters in the order they came. Use cases refuse unknown names.
using QueryParameters = std::vector<std::pair<std::string, std::string>>;

// HTTP headers of a gateway callback; names compare without case.
using Headers = std::vector<std::pair<std::string, std::string>>;

}  // namespace xunjie::app
