// What counts as the same: one open case per (place, kind), whatever the cameras say how often.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "domain/case.h"

namespace xunjie::domain {

// What "same place" means: the shop when one is named, else the camera's zone.
std::string place_key_of(const ShopId& shop, const CameraId& camera, const ZoneId& zone);
// The same for what a camera on a car found: the shop when one is named, else the spot it found,
// which nothing but the finding itself names; the zone is a part of its picture and no place.
std::string ground_key_of(const ShopId& shop, const CameraId& camera, const FindingId& finding);

enum class Arrival {
  repeated,    // this very finding is known: nothing happens
  seen_again,  // a case of the same place and kind is open: one more sighting of it
  relapse,     // as fresh, but the case before it ended within the grace, or the thing never left
  fresh,       // opens a case
};

struct ArrivalJudgement {
  Arrival arrival = Arrival::fresh;
  CaseId of;  // the open case, or the one it is a relapse of; empty when fresh
};

// `open` is the open case and `last` the newest ended case of the same place and kind, where they
// exist. An ended case stays ended: what comes back is a new case, and the reviewer sees which one
// before it.
ArrivalJudgement judge_arrival(const Sighting& sighting, const std::optional<Case>& open,
                               const std::optional<Case>& last, Micros grace);

// Whether `from` may be merged into `into`: another case, open, of the same place and kind. Errors:
// invalid_argument, field "into".
Result<void> check_merge(const Case& from, const Case& into);

}  // namespace xunjie::domain
