// `xunjie demo`: hands over to the demonstration district's own program, which lives outside the
// product (demo/director/run.py) and speaks to `xunjie serve` like anyone else.
#pragma once

#include <string>
#include <vector>

namespace xunjie::server {

// Does not return when the program could be started.
int demo(const std::vector<std::string>& arguments);

}  // namespace xunjie::server
