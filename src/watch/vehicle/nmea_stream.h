// The bytes of an NMEA sender on tcp://HOST:PORT. Blocking; every call ends within about 100 ms of
// `stop` becoming true, but for the look-up of a host's name.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace xunjie::watch::vehicle {

class NmeaStream {
 public:
  static bool is_address(const std::string& source) { return source.starts_with("tcp://"); }

  // `source` is tcp://HOST:PORT. Errors, field "track.source": invalid_argument, unavailable.
  static Result<std::unique_ptr<NmeaStream>> open(const std::string& source, Micros patience,
                                                  const std::atomic<bool>& stop);
  ~NmeaStream();
  NmeaStream(const NmeaStream&) = delete;
  NmeaStream& operator=(const NmeaStream&) = delete;

  // What came, valid until the next call; empty: the sender ended it, or `stop`. Errors: timeout
  // (nothing came for `silence`).
  Result<std::string_view> read(Micros silence, const std::atomic<bool>& stop);

 private:
  explicit NmeaStream(int fd) : fd_(fd) {}

  int fd_;
  std::array<char, 4096> part_{};
};

}  // namespace xunjie::watch::vehicle
