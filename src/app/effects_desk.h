// The outbox as people see it: what waits, what was parked, and "try again".
// duty_officer and admin only. Thread-safe.
#pragma once

#include <string>

#include "app/principal.h"
#include "base/result.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace xunjie::app {

class EffectsDesk {
 public:
  EffectsDesk(ports::Store& store, const ports::Clock& clock);

  // GET /effects?status=parked|pending|done&limit=&cursor= → {"items","next_cursor","as_of"}
  Result<std::string> list(const Principal& reader, const QueryParameters& parameters);
  // POST /effects/{id}/retry → the effect. Errors: not_found, not_allowed_in_state (not parked).
  Result<std::string> retry(const Principal& writer, const std::string& id);

 private:
  ports::Store& store_;
  const ports::Clock& clock_;
};

}  // namespace xunjie::app
