// Plays one commands.txt against the loop and writes down what it answers.
#pragma once

#include <string>
#include <string_view>

namespace xunjie::scenarios {

// The whole transcript. A line that cannot be read ends it with "line <n>: <why>".
std::string play(std::string_view commands);

}  // namespace xunjie::scenarios
