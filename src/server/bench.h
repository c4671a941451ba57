// `xunjie bench watch|loop`: prints one JSON object; the measuring itself lives in bench/.
#pragma once

#include "cli/cli.h"

namespace xunjie::server {

int bench_watch(const cli::BenchWatchArguments& arguments);
int bench_loop(const cli::BenchLoopArguments& arguments);

}  // namespace xunjie::server
