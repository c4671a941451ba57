#include "server/bench.h"

#include <bench/loop/loop_bench.h>
#include <bench/watch/streams_bench.h>
#include <bench/watch/watch_bench.h>

#include <iostream>

#include "server/data_commands.h"
#include "server/places.h"
#include "server/scripts.h"

namespace xunjie::server {
namespace {

int print(const Result<std::string>& measured) {
  if (!measured) return complain(measured.error());
  std::cout << *measured << '\n';
  return 0;
}

}  // namespace

int bench_watch(const cli::BenchWatchArguments& arguments) {
  if (arguments.streams.empty())
    return print(bench::run_watch_bench(arguments.source, arguments.camera.string()));
  bench::StreamsOptions options;
  options.urls = arguments.streams;
  options.cameras = arguments.cameras;
  options.warm_up = millis(static_cast<std::int64_t>(arguments.warm_up_s * 1000));
  options.measured = millis(static_cast<std::int64_t>(arguments.seconds * 1000));
  return print(bench::run_streams_bench(options));
}

int bench_loop(const cli::BenchLoopArguments& arguments) {
  const auto violations = find_beside_program("data/violations.json");
  if (!violations) return complain(violations.error());
  bench::LoopBenchOptions options;
  options.reference = violations->parent_path();
  options.dir = arguments.data;
  options.clients = arguments.clients;
  options.seconds_per_round = arguments.seconds;
  return print(bench::run_loop_bench(options));
}

int bench_latency(const std::vector<std::string>& arguments) {
  return become_script("bench/latency/run", arguments);
}

}  // namespace xunjie::server
