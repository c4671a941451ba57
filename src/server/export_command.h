// `xunjie export coco`: what reviewers decided, as a data set for training a detector.
#pragma once

#include "cli/cli.h"

namespace xunjie::server {

// Prints {"out","pictures","confirmed","rejected","undecided","unreadable","left_out"}; returns the
// exit status. May run beside a serving process: the store is only read.
int export_coco(const cli::ExportCocoArguments& arguments);

}  // namespace xunjie::server
