// What came of one attempt to work off an effect. Internal to app.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "domain/case.h"

namespace xunjie::app {

struct EffectOutcome {
  enum class Kind { done, again_at, failed } kind = Kind::done;
  std::string reference;  // done: what the other side calls it
  UtcMicros at;           // again_at: not a failure, only too early
  Error error;            // failed: the runner decides between another attempt and parking

  static EffectOutcome done(std::string reference = {}) {
    return {Kind::done, std::move(reference), {}, {}};
  }
  static EffectOutcome again(UtcMicros at) { return {Kind::again_at, {}, at, {}}; }
  static EffectOutcome failed(Error error) { return {Kind::failed, {}, {}, std::move(error)}; }
};

inline domain::Actor system_actor() {
  return {domain::UserId("system"), domain::Role::system, {}, {}};
}

// A command that came too late for its case is no fault of the effect that carried it.
inline bool is_settled(ErrorCode code) {
  return code == ErrorCode::not_allowed_in_state || code == ErrorCode::not_found;
}

}  // namespace xunjie::app

// Ends the handler with the error as the attempt's failure.
#define XUNJIE_EFFECT_TRY(name, expression)                                                \
  auto name##_result = (expression);                                                       \
  if (!name##_result.ok()) return EffectOutcome::failed(std::move(name##_result).error()); \
  auto& name = *name##_result
