#include "server/watch_command.h"

#include "server/data_commands.h"
#include "watch/offline.h"

namespace xunjie::server {

int watch_offline(const cli::WatchArguments& arguments) {
  watch::OfflineOptions options;
  options.camera = arguments.camera.string();
  options.source = arguments.source;
  options.out = arguments.out.string();
  options.start = arguments.start;
  options.model = arguments.model.string();
  const auto done = watch::run_offline(options);
  return done ? *done : complain(done.error());
}

}  // namespace xunjie::server
