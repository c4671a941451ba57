// One position fix of a satellite receiver, as it said it.
#pragma once

#include <optional>

#include "base/time.h"
#include "domain/geo.h"

namespace xunjie::watch::vehicle {

struct Fix {
  UtcMicros at;  // the receiver's time
  domain::LonLat position;
  std::optional<double> speed_mps;
  std::optional<double> course_deg;  // over ground, 0..360
  double hdop = 1;                   // 1 when the receiver does not say
  bool after_break = false;          // the track was interrupted before this fix
};

}  // namespace xunjie::watch::vehicle
