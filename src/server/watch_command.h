// `xunjie watch --offline`.
#pragma once

#include "cli/cli.h"

namespace xunjie::server {

int watch_offline(const cli::WatchArguments& arguments);

}  // namespace xunjie::server
