// What /metrics tells beyond requests: the writer, the outbox, the cameras, the live stream.
#pragma once

#include <cstddef>
#include <vector>

#include "http/metrics.h"
#include "server/core.h"

namespace xunjie::server {

// Reads now; takes a few milliseconds, counts at most kEffectsCounted effects of each status.
inline constexpr std::size_t kEffectsCounted = 2000;
std::vector<http::GaugeReading> read_gauges(Core& core, std::size_t stream_readers);

}  // namespace xunjie::server
