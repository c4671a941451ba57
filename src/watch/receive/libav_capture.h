// Anything libavformat opens: files, MPEG-TS over tcp://, UDP, and RTSP sources whose codec or
// transport our own reader does not know.
#pragma once

#include "watch/capture.h"

namespace xunjie::watch::receive {

// The first video stream. Contract as Capture::open; the scheme has been checked.
Result<std::unique_ptr<Capture>> open_libav(const std::string& url, const CaptureOptions& options,
                                            const std::atomic<bool>& stop);

}  // namespace xunjie::watch::receive
