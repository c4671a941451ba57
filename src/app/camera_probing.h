// Trying a camera's address: who may, how often, and what is wrong in words for people.
//
// Bounds: kPerMinute and kPerHour probes a person, so that nobody walks through the inside network;
// kStillsKept stills in memory, each for kStillFor and for the person who asked. Nothing is stored.
// Thread-safe.
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>

#include "app/blob_access.h"
#include "app/principal.h"
#include "app/sign_in_limiter.h"
#include "base/result.h"
#include "ports/clock.h"
#include "ports/probing.h"

namespace xunjie::app {

class CameraActs;
class Registry;

class CameraProbing {
 public:
  static constexpr int kPerMinute = 6, kPerHour = 60;
  static constexpr std::size_t kStillsKept = 32;
  static constexpr Micros kStillFor = minutes(15);

  CameraProbing(ports::SourceProbe& prober, const ports::Clock& clock, const Registry& registry,
                CameraActs& acts)
      : prober_(prober), clock_(clock), registry_(registry), acts_(acts) {}

  struct Probed {
    std::string json;  // a CameraProbe of the contract
    std::string log;   // what was tried and found, without credentials
  };
  // What was found, good or bad. Errors: forbidden, invalid_argument, not_found (camera),
  // rate_limited, unavailable (as many as allowed are under way).
  Result<Probed> probe(const Principal& person, std::string_view body);
  // Errors: not_found.
  Result<BlobContent> picture(const Principal& person, const std::string& id);

 private:
  struct Still {
    std::string id;
    domain::UserId person;
    Micros taken;  // monotonic
    std::vector<std::byte> jpeg;
  };
  Result<ports::ProbeRequest> read(const Principal& person, std::string_view body);
  std::string keep(const Principal& person, std::vector<std::byte> jpeg);

  ports::SourceProbe& prober_;
  const ports::Clock& clock_;
  const Registry& registry_;
  CameraActs& acts_;
  SignInLimiter minute_{kPerMinute, minutes(1)}, hour_{kPerHour, hours(1)};
  std::mutex mutex_;
  std::deque<Still> stills_;
};

}  // namespace xunjie::app
