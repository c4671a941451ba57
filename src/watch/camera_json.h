// CAMERA.json ⇄ CameraConfig. Permitted hours are local: {"from":"17:00","until":"22:30"} or the
// short form "17:00-22:30" (until may be 24:00; until before from runs over midnight).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/watching.h"

namespace xunjie::watch {

// Reads and validates. Unknown fields are refused. Errors: invalid_argument with the field's path.
Result<ports::CameraConfig> camera_from_json(std::string_view text);
// Reads a file of at most 1 MiB. Errors: not_found, too_large, and as above.
Result<ports::CameraConfig> camera_from_file(const std::string& path);
// The file's text alone. Errors: not_found, too_large.
Result<std::string> camera_text(const std::string& path);
// Without the source, which may hold credentials.
std::string camera_to_json(const ports::CameraConfig& camera);

}  // namespace xunjie::watch
