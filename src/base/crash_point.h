// Named places where a test makes the process die as if by SIGKILL, to prove that nothing accepted
// is lost or done twice. Compiled into every build; costs one predictable branch when not in use.
#pragma once

#include <span>
#include <string_view>

namespace xunjie {

// Ends the process at once when XUNJIE_CRASH_AT is "name" or "name:n" and this is the n-th pass.
void crash_point(std::string_view name);

// Every name the product passes; crash_point() with any other name is a programming fault.
std::span<const std::string_view> crash_point_names();

}  // namespace xunjie
