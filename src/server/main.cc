// The composition root: gives the command line its functions.
#include <malloc.h>

#include <exception>

#include "cli/cli.h"
#include "http/api.h"
#include "server/bench.h"
#include "server/data_commands.h"
#include "server/export_command.h"
#include "server/scripts.h"
#include "server/serve.h"
#include "server/watch_command.h"

#ifndef XUNJIE_VERSION
#error "the build gives the version"
#endif

namespace {

using namespace xunjie;

int run(int argc, char** argv) {
  cli::Programs programs;
  programs.version = XUNJIE_VERSION;
  programs.serve = [](const cli::ServeArguments& a) { return server::serve(a, XUNJIE_VERSION); };
  programs.watch = server::watch_offline;
  programs.check = server::check;
  programs.user_add = server::add_user;
  programs.import = server::import_registry;
  programs.export_coco = server::export_coco;
  programs.bench_watch = server::bench_watch;
  programs.bench_loop = server::bench_loop;
  programs.bench_latency = server::bench_latency;
  programs.demo = server::demo;
  programs.routes = http::route_list;
  return cli::run(argc, argv, programs);
}

}  // namespace

int main(int argc, char** argv) {
  // Judging takes and returns megabytes a look on any of its threads; an arena for each of them
  // leaves holes that hold a megabyte per camera.
  mallopt(M_ARENA_MAX, 2);
  try {
    return run(argc, argv);
  } catch (const std::exception& fault) {
    return server::complain(make_error(ErrorCode::internal, "内部错误", "", fault.what()));
  }
}
