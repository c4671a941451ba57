// A clip made anew for leaving: see ports::ClipRecipe. Memory: a handful of pictures, whatever the
// clip's length.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "ports/redactor.h"

namespace xunjie::evidence {

Result<std::vector<std::byte>> redact_clip(std::span<const std::byte> original,
                                           const ports::ClipRecipe& recipe,
                                           const std::filesystem::path& cascades);

}  // namespace xunjie::evidence
