// Scripts that lie beside the program and work on it: the demonstration's director, the bench of
// latency.
#pragma once

#include <string>
#include <vector>

namespace xunjie::server {

// Becomes `python3 SCRIPT ARGUMENTS…` with XUNJIE_BIN set to this program; returns (with 1, having
// said why) only when that cannot be done. `script` is relative to the source or share folder.
int become_script(const std::string& script, const std::vector<std::string>& arguments);

// `xunjie demo`: the demonstration district's own program, which lives outside the product
// (demo/director/run.py) and speaks to `xunjie serve` like anyone else.
int demo(const std::vector<std::string>& arguments);

}  // namespace xunjie::server
