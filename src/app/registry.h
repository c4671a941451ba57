// The registry: cameras with their zones, shops, teams. Kept as versioned entities in the store
// and as one immutable snapshot in memory, swapped on every change, so that matching and lists
// never wait.
//
// put takes {"version": n} of what was looked at (0 = new); version_conflict names the current one.
// Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "app/camera_health.h"
#include "app/principal.h"
#include "app/reference_data.h"
#include "base/result.h"
#include "domain/device_review.h"
#include "domain/rights.h"
#include "ports/clock.h"
#include "ports/store.h"
#include "ports/watching.h"

namespace xunjie::app {

class Accounts;
class CameraActs;

struct Shop {
  domain::ShopId id;
  std::uint32_t version = 0;
  std::string name, business, address, phone, contact;
  std::string grade;  // red, yellow, green
  domain::SubdistrictId subdistrict;
  domain::LonLat position;
  double frontage_m = 0;          // 0 = unknown
  std::string commitment_letter;  // number of the signed letter, empty = none
  bool key_road = false;
};

struct Camera {
  ports::CameraConfig config;
  std::uint32_t version = 0;
  domain::SubdistrictId subdistrict;
};

// Why the watcher does not look at it, in Chinese; empty: it does. A camera on a car is judged by
// where the car is, so it has to say how it is mounted and where its track comes from.
std::string_view not_watched(const Camera& camera);

struct Team {
  domain::TeamId id;
  std::uint32_t version = 0;
  std::string name;
  domain::SubdistrictId subdistrict;  // empty: the bureau's own
};

// The review records of one device, oldest first.
struct DeviceReviewList {
  std::vector<domain::DeviceReview> records;
  std::uint32_t version = 0;  // 0: none yet
};

struct RegistrySnapshot {
  std::map<domain::ShopId, Shop> shops;
  std::map<domain::CameraId, Camera> cameras;
  std::map<domain::CameraId, DeviceReviewList> reviews;  // outlive a camera's removal
  std::map<domain::TeamId, Team> teams;

  [[nodiscard]] const DeviceReviewList& reviews_of(const domain::CameraId& camera) const;
};

class Registry {
 public:
  Registry(ports::Store& store, const ports::Clock& clock, const ReferenceData& reference,
           const CameraHealthBook& health, CameraActs& acts);

  // Reads all entities; call once before anything else.
  Result<void> load();
  // From now on cameras are pushed to the watcher, the present ones at once. nullptr detaches.
  Result<void> attach(ports::Watcher* watcher);

  [[nodiscard]] std::shared_ptr<const RegistrySnapshot> snapshot() const;

  // Whether this is, or a moment ago was, the picture shown for the camera.
  [[nodiscard]] bool was_last_picture(const domain::CameraId& camera,
                                      const domain::BlobId& picture) const {
    return health_.was_last_picture(camera, picture);
  }

  // The camera, where the reader may see it. Errors: forbidden, not_found.
  Result<Camera> in_reach(const Principal& reader, const std::string& id) const;
  // Makes the watcher forget the camera's street; logged. Errors: as in_reach, unavailable (it is
  // not watched).
  Result<void> relearn(const Principal& person, const std::string& id);
  // What the store now holds as review records of a device.
  void set_reviews(const domain::CameraId& camera, DeviceReviewList reviews);

  // GET /cameras/{id}/history; the reader's right is asked with in_reach().
  Result<std::string> health_page(const domain::CameraId& camera,
                                  const QueryParameters& parameters) const;

  // GET /cameras, GET|PUT|DELETE /cameras/{id}. Writing: admin, data_steward.
  Result<std::string> cameras(const Principal& reader) const;
  Result<std::string> camera(const Principal& reader, const std::string& id) const;
  Result<std::string> put_camera(const Principal& writer, const std::string& id,
                                 std::string_view body);
  Result<void> remove_camera(const Principal& writer, const std::string& id);
  // GET /shops?subdistrict=&q=&limit=&cursor=, GET|PUT /shops/{id}; phones masked without need.
  Result<std::string> shops(const Principal& reader, const QueryParameters& parameters) const;
  Result<std::string> shop(const Principal& reader, const std::string& id) const;
  Result<std::string> put_shop(const Principal& writer, const std::string& id,
                               std::string_view body);
  Result<std::string> teams(const Principal& reader) const;
  Result<std::string> put_team(const Principal& writer, const std::string& id,
                               std::string_view body);

  // registry.json {"shops":[…],"teams":[…],"users":[{…,"password"}],"cameras":[…]}: everything is
  // checked first, nothing is written when one entry is wrong (field "shops[3].phone"). Importing
  // the same file again changes nothing. Returns {"shops","teams","users","cameras"} counts.
  Result<std::string> import(std::string_view text, Accounts& accounts);

 private:
  void tell_cars();
  Result<void> keep(Camera camera, std::optional<std::uint32_t> expected);
  Result<void> keep(Shop shop, std::optional<std::uint32_t> expected);
  Result<void> keep(Team team, std::optional<std::uint32_t> expected);
  Result<std::uint32_t> write(const std::string& kind, const std::string& id,
                              const domain::SubdistrictId& subdistrict, const std::string& body,
                              std::optional<std::uint32_t> expected);
  Result<boost::json::value> read_put(const Principal& writer, domain::Duty duty,
                                      const std::string& id, std::string_view body) const;
  [[nodiscard]] ports::Watcher* watcher_now() const;
  void publish(const std::function<void(RegistrySnapshot&)>& change);

  ports::Store& store_;
  const ports::Clock& clock_;
  const ReferenceData& reference_;
  const CameraHealthBook& health_;
  CameraActs& acts_;
  std::mutex writing_;          // one writer at a time
  mutable std::mutex current_;  // guards snapshot_ and watcher_
  std::shared_ptr<const RegistrySnapshot> snapshot_;
  ports::Watcher* watcher_ = nullptr;
};

}  // namespace xunjie::app
