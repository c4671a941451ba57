// `xunjie bench watch|loop|latency`: prints one JSON object; the measuring itself lives in bench/.
#pragma once

#include "cli/cli.h"

namespace xunjie::server {

int bench_watch(const cli::BenchWatchArguments& arguments);
int bench_loop(const cli::BenchLoopArguments& arguments);
int bench_latency(const std::vector<std::string>& arguments);

}  // namespace xunjie::server
