// What screens read. Every method returns the JSON text of the answer as api/openapi.yaml describes
// it, cut to the reader's scope: a subdistrict's person sees that subdistrict, a liaison the cases
// transferred to the department, all others the district.
//
// Thread-safe; readers never wait for writers.
#pragma once

#include <optional>
#include <string>

#include "app/principal.h"
#include "app/reference_data.h"
#include "base/result.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace xunjie::app {

class CaseCommands;
class Registry;

struct StreamItem {
  std::string event;  // case, camera, shop, effect
  std::string data;   // one line of JSON {"id","version","at","summary"}
};

class CaseQueries {
 public:
  CaseQueries(ports::Store& store, const ports::Clock& clock, const ReferenceData& reference,
              const Registry& registry, CaseCommands& commands);

  // GET /cases. Errors: invalid_argument (field = the parameter).
  Result<std::string> list(const Principal& reader, const QueryParameters& parameters);
  // GET /cases/{id}. Errors: not_found (also when outside the reader's scope).
  Result<std::string> detail(const Principal& reader, const domain::CaseId& id);
  // GET /review
  Result<std::string> review(const Principal& reader, const QueryParameters& parameters);
  // GET /map/points
  Result<std::string> map_points(const Principal& reader, const QueryParameters& parameters);
  // GET /funnel?day=
  Result<std::string> funnel(const Principal& reader, const QueryParameters& parameters);
  // One change of the live stream as this reader may see it; nullopt = not for them.
  std::optional<StreamItem> stream_item(const Principal& reader, const ports::Change& change);

 private:
  ports::Store& store_;
  const ports::Clock& clock_;
  const ReferenceData& reference_;
  const Registry& registry_;
  CaseCommands& commands_;
};

}  // namespace xunjie::app
