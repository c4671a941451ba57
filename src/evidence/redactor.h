// ports::Redactor on OpenCV and libav. A call makes its own finder and decoder, so calls do not
// wait for each other; the caller decides how many there are at once.
#pragma once

#include <filesystem>
#include <memory>

#include "ports/redactor.h"

namespace xunjie::evidence {

struct RedactorOptions {
  std::filesystem::path cascades = "/usr/share/opencv4";  // Debian's opencv-data
};

// Errors: not_found (the cascades are missing): nothing could leave, so there is no point in
// starting.
Result<std::unique_ptr<ports::Redactor>> make_redactor(const RedactorOptions& options = {});

}  // namespace xunjie::evidence
