// What may be tuned about cameras on cars, live.
#pragma once

#include <cstddef>

#include "base/time.h"

namespace xunjie::watch::vehicle {

struct CarOptions {
  Micros track_stale = seconds(10);    // no position for so long: nothing is judged, health says so
  Micros track_silence = seconds(15);  // then the connection to the receiver is made anew
  Micros settle = seconds(15);         // of later fixes, before a look is put into the drive
  Micros rest = minutes(2);            // nothing to look at for so long: the pass is over
  std::size_t first_sights_bytes = 128U << 20U;  // of pictures of things not yet found, a camera
  Micros patience = minutes(4);                  // for a pass that sees an asked finding's place
};

}  // namespace xunjie::watch::vehicle
