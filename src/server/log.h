// The process's log: one line per thing on standard error, written by a thread of its own. The
// queue is bounded; when it is full the oldest lines go, so a slow terminal never holds up a
// request.
#pragma once

#include "http/api.h"

namespace xunjie::server {

// XUNJIE_LOG=debug|info|warn|error sets the level (info). Call once, first.
void start_log();
void stop_log();

void log_request(const http::AccessRecord& record);

}  // namespace xunjie::server
