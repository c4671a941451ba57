// Where things are that belong to the program: beside the binary in the source tree
// (build/PRESET/bin/xunjie → ../../../), or as installed (bin/xunjie → ../share/xunjie/).
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace xunjie::server {

std::filesystem::path program_path();

// The first place that holds `relative` ("data/violations.json"); not_found names where was looked.
Result<std::filesystem::path> find_beside_program(const std::string& relative);

// Writes the whole file or nothing (temporary file, rename).
Result<void> write_whole(const std::filesystem::path& file, const std::string& text);

}  // namespace xunjie::server
