#include "ports/probing.h"

#include <array>

namespace xunjie::ports {
namespace {

constexpr std::array<std::string_view, 14> kNames{
    "bad_address", "cannot_resolve", "refused",
    "unreachable", "timed_out",      "authentication",
    "not_there",   "no_video",       "codec_unsupported",
    "undecodable", "broken_off",     "keyframes_far",
    "dark",        "small"};

}  // namespace

std::string_view name_of(ProbeFault fault) {
  return kNames.at(static_cast<std::size_t>(fault));
}

bool is_warning(ProbeFault fault) {
  return fault >= ProbeFault::keyframes_far;
}

}  // namespace xunjie::ports
