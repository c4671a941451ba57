// Cameras that give pictures over HTTP: a still fetched again and again, or MJPEG as
// multipart/x-mixed-replace; which of the two the answer's Content-Type says. Every picture is a
// keyframe.
//
// Bounds: a picture 8 MiB, eight pictures waiting for read() (the oldest goes), three redirects
// within http and https.
#pragma once

#include "watch/capture.h"

namespace xunjie::watch::receive {

// Returns once the first picture is there. Contract as Capture::open.
Result<std::unique_ptr<Capture>> open_http(const std::string& url, const CaptureOptions& options,
                                           const std::atomic<bool>& stop);

}  // namespace xunjie::watch::receive
