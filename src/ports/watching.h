// Between the watcher and the rest: cameras in, findings out.
//
// The watcher calls FindingSink from its own threads; an implementation must be thread-safe and
// return quickly or fail with unavailable, in which case the watcher keeps the finding and tries
// again: a finding is never lost because the centre is busy.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/case.h"
#include "domain/geo.h"
#include "domain/ids.h"
#include "ports/car_camera.h"

namespace xunjie::ports {

enum class ZoneKind { shop_front, pavement, no_stall, permitted, privacy_mask };

struct WatchRule {
  domain::ViolationKindId violation;
  Micros dwell;
  friend bool operator==(const WatchRule&, const WatchRule&) = default;
};

// Local minutes of the day; until < from wraps over midnight.
struct MinuteSpan {
  int from = 0, until = 0;
  friend bool operator==(const MinuteSpan&, const MinuteSpan&) = default;
};

struct Zone {
  domain::ZoneId id;
  ZoneKind kind = ZoneKind::pavement;
  domain::ShopId shop;  // empty: none
  domain::PicturePolygon polygon;
  std::vector<MinuteSpan> permitted_hours;
  std::vector<WatchRule> watch;
  friend bool operator==(const Zone&, const Zone&) = default;
};

struct CameraConfig {
  domain::CameraId id;
  std::string name;
  std::string kind;    // dome, fixed, vehicle
  std::string source;  // URL; may hold credentials, never logged
  domain::LonLat position;
  std::vector<Zone> zones;
  std::optional<CarSetup> car;  // kind vehicle only; without it such a camera cannot be watched
  friend bool operator==(const CameraConfig&, const CameraConfig&) = default;
};

enum class CameraState {
  ok,
  lost,
  dark,
  frozen,
  moved,
  blocked,
  blurred,
  light_change,
  no_position,  // a car's camera: where the car is, is not known
  no_model,     // a car's camera: nothing there to tell what it sees
};
std::string_view name_of(CameraState state);
std::string_view name_of(ZoneKind kind);

// Checks ids, polygons (3-64 points in 0..1, not self-crossing), rules and what a camera on a car
// has. The error's field is a path such as zones[2].polygon[3].
Result<void> validate(const CameraConfig& camera);

// Where a thing stands on the ground, as a camera on a car placed it.
struct GroundPlace {
  domain::LonLat position;
  double error_m = 0;   // one standard deviation per axis
  domain::ShopId shop;  // empty: no shop may be named
  double shop_confidence = 0;
  friend bool operator==(const GroundPlace&, const GroundPlace&) = default;
};

struct RaisedFinding {
  domain::FindingId id;
  domain::CameraId camera;
  domain::ZoneId zone;
  domain::ViolationKindId violation;
  UtcMicros since, at;
  domain::PictureBox box;
  std::string label;
  double score = 0;
  std::vector<domain::Picture> pictures;
  std::optional<domain::Clip> clip;
  std::optional<GroundPlace> place;  // nullopt: the camera stands still and knows its zones' shops
};

struct ClearedFinding {
  domain::FindingId id;
  domain::CameraId camera;
  UtcMicros at;
  std::vector<domain::Picture> pictures;
};

struct CameraHealth {
  domain::CameraId camera;
  CameraState state = CameraState::ok;
  UtcMicros at;
  std::string message;  // why, in words for people; no credentials
  double period_s = 0;  // effective sampling period
  std::optional<domain::BlobId> last_picture;
  std::optional<UtcMicros> last_picture_at;
};

enum class LookResult { clear, occupied, cannot_see };

struct LookRequest {
  std::string id;  // the effect that asks; echoed in the answer
  domain::CameraId camera;
  domain::ZoneId zone;
  domain::FindingId finding;
  domain::ViolationKindId violation;
};

struct LookAnswer {
  std::string id;
  LookResult result = LookResult::cannot_see;
  UtcMicros at;
  std::vector<domain::Picture> pictures;
};

class FindingSink {
 public:
  virtual ~FindingSink() = default;
  virtual Result<void> raised(const RaisedFinding& finding) = 0;
  virtual Result<void> cleared(const ClearedFinding& finding) = 0;
  virtual void health(const CameraHealth& health) = 0;  // best effort
  virtual Result<void> looked(const LookAnswer& answer) = 0;
};

// The watcher as the app sees it.
class Watcher {
 public:
  virtual ~Watcher() = default;
  // Adds or replaces a camera; takes effect within seconds, memory is kept when zones did not
  // change.
  virtual Result<void> put_camera(const CameraConfig& camera) = 0;
  virtual Result<void> remove_camera(const domain::CameraId& id) = 0;
  // Asks for one judgement on the next sound picture; the answer arrives at FindingSink::looked.
  // A camera on a car answers with the next pass that sees the finding's place, and cannot_see when
  // none does in time. Errors: not_found (camera or zone), unavailable (queue full).
  virtual Result<void> request_look(const LookRequest& request) = 0;
  // Forgets the camera's street: what stands there now is the empty street. Errors: not_found,
  // not_allowed_in_state (a camera on a car: no street stays before it).
  virtual Result<void> relearn(const domain::CameraId& id) = 0;
  // A reviewer rejected this finding: what stands there belongs to the street from now on.
  virtual Result<void> dismiss(const domain::FindingId& finding) = 0;
};

}  // namespace xunjie::ports
