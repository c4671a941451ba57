// The commands that work on a data folder and end: check, user add, import. Each returns the exit
// status; results go to standard output, what went wrong to standard error.
#pragma once

#include "base/result.h"
#include "cli/cli.h"

namespace xunjie::server {

// {"sound":bool,"store":{…},"projection":{…},"blobs":{…},"faults":[…]}; 1 when there are faults.
// May run beside a serving process: it only reads.
int check(const cli::CheckArguments& arguments);
int add_user(const cli::UserArguments& arguments);
int import_registry(const cli::ImportArguments& arguments);

// Prints a failed Result's error for a person; returns 1.
int complain(const Error& error);

}  // namespace xunjie::server
