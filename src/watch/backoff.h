// Pauses between the tries of a connection: they double from `first` to `last`, each drawn between
// half and all of itself, so that many sources lost together do not come back together.
#pragma once

#include <algorithm>
#include <random>

#include "base/time.h"

namespace xunjie::watch {

class Backoff {
 public:
  Backoff(Micros first, Micros last) : first_(first), last_(last), next_(first) {}

  // How long to wait before the next try. A connection that held for longer than `last` was sound:
  // short pauses again.
  Micros after(Micros held) {
    if (held > last_) next_ = first_;
    static thread_local std::minstd_rand random(std::random_device{}());
    const auto half = static_cast<std::uint64_t>(next_.count / 2);
    const Micros pause{static_cast<std::int64_t>(half + random() % (half + 1))};
    next_ = std::min(next_ * 2, last_);
    return pause;
  }

 private:
  Micros first_, last_, next_;
};

}  // namespace xunjie::watch
