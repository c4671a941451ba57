#include "watch/health.h"

namespace xunjie::watch {

std::optional<HealthChange> HealthTrack::report(ports::CameraState state,
                                                const std::string& message, UtcMicros at) {
  if (reported_ == state) return std::nullopt;
  reported_ = state;
  return HealthChange{state, message, at};
}

std::optional<HealthChange> HealthTrack::observe(const Verdict& verdict, UtcMicros at) {
  using ports::CameraState;
  const bool again = last_ == verdict.state;
  const bool at_once = !reported_ || verdict.state == CameraState::light_change ||
                       reported_ == CameraState::light_change || reported_ == CameraState::lost ||
                       reported_ == CameraState::no_position || reported_ == CameraState::no_model;
  last_ = verdict.state;
  if (!again && !at_once) return std::nullopt;
  return report(verdict.state, verdict.message, at);
}

std::optional<HealthChange> HealthTrack::say(ports::CameraState state, const std::string& message,
                                             UtcMicros at) {
  last_ = state;
  return report(state, message, at);
}

}  // namespace xunjie::watch
