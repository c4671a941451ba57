// NMEA 0183: RMC, GGA and VTG sentences into fixes, from bytes cut anywhere.
//
// Sentences with the same time of day make one fix; it is given out when the next time begins, so a
// live fix is one period late but whole. A fix needs a valid position (RMC status A, GGA quality
// not 0, and neither of them estimated by dead reckoning) and a date, which only RMC carries;
// midnight is carried on. Talkers GP, GN, BD, GB, GL and GA. Whatever is wrong is counted and
// skipped: nothing a line holds ends the reading. Memory is one line of at most 128 bytes. Not
// thread-safe.
//
// Format: NMEA 0183 v4; checksum = XOR of the bytes between '$' and '*', two hex digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "watch/vehicle/fix.h"

namespace xunjie::watch::vehicle {

struct NmeaCounts {
  std::uint64_t lines = 0;    // non-empty
  std::uint64_t bad = 0;      // partial, too long, checksum or field wrong
  std::uint64_t unused = 0;   // sound, but another talker or sentence
  std::uint64_t no_fix = 0;   // moments at which the receiver itself had no position
  std::uint64_t undated = 0;  // fixes before the first date
};

class NmeaReader {
 public:
  // Appends the fixes that became whole.
  void feed(std::string_view bytes, std::vector<Fix>& out);
  // End of the stream: gives out the last fix; an unfinished line is bad.
  void finish(std::vector<Fix>& out);
  [[nodiscard]] const NmeaCounts& counts() const { return counts_; }

 private:
  struct Moment {
    std::int64_t time_of_day = -1;  // microseconds
    std::optional<std::int64_t> day;
    std::optional<domain::LonLat> position;
    std::optional<double> speed_mps, course_deg;
    double hdop = 1;
    bool refused = false;
  };
  using Fields = std::vector<std::string_view>;

  void take(char c, std::vector<Fix>& out);
  void line(std::vector<Fix>& out);
  bool rmc(const Fields& fields, std::vector<Fix>& out);
  bool gga(const Fields& fields, std::vector<Fix>& out);
  bool vtg(const Fields& fields);
  void begin(std::int64_t time_of_day, std::vector<Fix>& out);
  void flush(std::vector<Fix>& out);

  std::string buffer_;
  bool overlong_ = false;
  Moment now_;
  std::optional<std::int64_t> day_;
  std::int64_t day_time_ = 0;  // time of day at which day_ was last known to hold
  NmeaCounts counts_;
};

}  // namespace xunjie::watch::vehicle
