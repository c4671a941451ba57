// Counters of what watching costs, filled by the threads that do the work.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <ctime>

#include "base/time.h"

namespace xunjie::watch {

// CPU time of the calling thread so far.
inline Micros thread_cpu() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return Micros{used.tv_sec * 1'000'000 + used.tv_nsec / 1000};
}

struct CostCounters {
  static constexpr std::size_t kGaps = 400;  // quarters of a second, the last for all beyond

  std::atomic<std::int64_t> decode_us{0}, judge_us{0};
  std::atomic<std::uint64_t> looks{0}, undecodable{0}, packets{0}, damaged_packets{0}, bytes{0};
  std::array<std::atomic<std::uint64_t>, kGaps> gaps{};

  void note_gap(Micros gap) {
    const auto slot = std::clamp<std::int64_t>(gap.count / 250'000, 0, kGaps - 1);
    gaps[static_cast<std::size_t>(slot)].fetch_add(1, std::memory_order_relaxed);
  }
};

}  // namespace xunjie::watch
