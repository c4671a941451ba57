// What a detector did since the start, for /metrics.
#pragma once

#include <cstdint>

namespace xunjie::watch {

struct DetectCounts {
  std::uint64_t asked = 0, violations = 0, ignored = 0, nothing = 0;
  std::uint64_t failed = 0;    // candidates and whole pictures of runs that failed
  std::uint64_t refused = 0;   // pictures refused because the queue was full
  std::uint64_t pictures = 0;  // whole pictures of cameras on cars looked through
  double seconds = 0;          // spent asking
};

}  // namespace xunjie::watch
