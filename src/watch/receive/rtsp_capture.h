// Our own RTSP reader for a caller that waits: offline judging, probes. Live cameras share the
// Reactor instead.
#pragma once

#include "watch/capture.h"

namespace xunjie::watch::receive {

// Returns once the first keyframe is there. Contract as Capture::open, and RtspSession::feed.
Result<std::unique_ptr<Capture>> open_rtsp(const std::string& url, const CaptureOptions& options,
                                           const std::atomic<bool>& stop);

}  // namespace xunjie::watch::receive
