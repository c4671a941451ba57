// What the registry keeps of a camera on a car: mounting, track, and frontages where somebody gave
// them. One form for the API, the import file and the store.
//
//   "mounting":  {"height_m","yaw_deg","pitch_deg","hfov_deg","forward_m"?,"right_m"?}
//   "track":     {"source":"tcp://HOST:PORT","clock_offset_s"?,"gps_error_m"?,"look_every_m"?}
//   "frontages"?: [{"shop","position":{"lon","lat"},"frontage_m"?,"faces_deg"?}, …]
//
// Only kind vehicle may have them, mounting and track together or neither. Internal to app.
#pragma once

#include <map>
#include <optional>

#include <boost/json.hpp>

#include "app/json_reader.h"
#include "app/registry.h"

namespace xunjie::app {

// nullopt: none of the three is there. Errors stick to `from`, as everywhere.
std::optional<ports::CarSetup> read_car(ObjectReader& from, const std::string& kind);
void encode_car(const ports::CarSetup& car, boost::json::object& to);
// Whether a PUT speaks of it at all; one that does not leaves what is stored.
bool speaks_of_car(const boost::json::object& body);

// Errors: invalid_argument (a frontage's shop is not registered).
Result<void> check_frontages(const ports::CarSetup& car, const std::string& path,
                             const std::map<domain::ShopId, Shop>& shops);

// The camera as the watcher gets it: where no frontages were given, those of the district's shops,
// the ports::kMaxFrontages nearest to where the camera is registered.
ports::CameraConfig with_frontages(const ports::CameraConfig& camera,
                                   const std::map<domain::ShopId, Shop>& shops);

}  // namespace xunjie::app
