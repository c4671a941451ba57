// Registry records ↔ JSON. One form for the API, the import file and the store (which adds nothing
// but its own version). Internal to app.
#pragma once

#include <string>

#include <boost/json.hpp>

#include "app/json_reader.h"
#include "app/reference_data.h"
#include "app/registry.h"
#include "base/result.h"

namespace xunjie::app {

boost::json::object encode(const Camera& camera);  // with source
boost::json::object encode(const Shop& shop);
boost::json::object encode(const Team& team);
boost::json::array encode_zones(const std::vector<ports::Zone>& zones);

// `version` is read when present (what the writer looked at) and ignored in import files.
// Errors: invalid_argument with the path below `path`.
Result<Camera> decode_camera(const boost::json::value& value, const std::string& path);
// As earlier versions stored it: a mark on the camera has given way to review records.
Result<Camera> decode_stored_camera(const boost::json::value& value, const std::string& path);
Result<Shop> decode_shop(const boost::json::value& value, const std::string& path);
Result<Team> decode_team(const boost::json::value& value, const std::string& path);

// Of a state's name; "unknown" for what the watcher has not said.
std::string_view camera_state_chinese(std::string_view state);

// What a person may do with a camera (CameraAct of the contract).
boost::json::array camera_acts(const Principal& person, const Camera& camera,
                               const DeviceReviewList& reviews);
boost::json::array review_acts(const Principal& person,
                               const std::vector<domain::DeviceReview>& reviews);

// What only the rest of the registry can say: subdistrict, violation kinds and shops exist.
Result<void> check_camera(const Camera& camera, const std::string& path,
                          const ReferenceData& reference,
                          const std::map<domain::ShopId, Shop>& shops);
Result<void> check_subdistrict(const domain::SubdistrictId& id, const std::string& path,
                               const ReferenceData& reference, bool may_be_empty);

}  // namespace xunjie::app
