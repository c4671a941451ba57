// Who did what with a camera: changes, relearning, live views, reviews of the device. The newest
// 256 acts per camera are kept. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "app/entity_ring.h"
#include "app/principal.h"
#include "base/result.h"
#include "ports/clock.h"

namespace xunjie::app {

enum class CameraAct {
  put,
  remove,
  relearn,
  live,
  probe,
  review_register,
  review_technical,
  review_legal,
  review_revoke,
};

class CameraActs {
 public:
  static constexpr int kKept = 256;

  CameraActs(ports::Store& store, const ports::Clock& clock)
      : clock_(clock), ring_(store, "camera_act", kKept) {}

  // What must not happen unlogged is logged first and not done when this fails.
  Result<void> note(const Principal& person, const domain::CameraId& camera, CameraAct act,
                    const std::string& words = {});
  // {"items","next_cursor","as_of"}; the reader's right is the caller's business.
  Result<std::string> page(const domain::CameraId& camera, const QueryParameters& parameters) const;

 private:
  const ports::Clock& clock_;
  EntityRing ring_;
};

}  // namespace xunjie::app
