// A camera's state as reported: a single odd picture (a bus driving through) is no change of state.
#pragma once

#include <optional>
#include <string>

#include "watch/guards.h"

namespace xunjie::watch {

struct HealthChange {
  ports::CameraState state = ports::CameraState::ok;
  std::string message;
  UtcMicros at;
};

class HealthTrack {
 public:
  // After every look. A state is reported when two looks in a row agree; a light step at once, for
  // it may be over by the next look.
  std::optional<HealthChange> observe(const Verdict& verdict, UtcMicros at);
  // Known without a look (the source is gone, the position is): reported at once.
  std::optional<HealthChange> say(ports::CameraState state, const std::string& message,
                                  UtcMicros at);
  [[nodiscard]] std::optional<ports::CameraState> state() const { return reported_; }

 private:
  std::optional<HealthChange> report(ports::CameraState state, const std::string& message,
                                     UtcMicros at);

  std::optional<ports::CameraState> reported_, last_;
};

}  // namespace xunjie::watch
