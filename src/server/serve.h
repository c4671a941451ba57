// `xunjie serve`: wires everything, runs until SIGTERM or SIGINT, ends in order.
//
// Threads while it runs (docs/threads.md): this one waits for the signal; one I/O thread and a pool
// of workers (http); one for the live stream; two for the outbox and one for the timers; the
// watcher's own; one for the log.
#pragma once

#include "cli/cli.h"

namespace xunjie::server {

int serve(const cli::ServeArguments& arguments, const std::string& version);

}  // namespace xunjie::server
