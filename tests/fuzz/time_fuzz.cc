// Whatever text is read as a time must be written back as a text that reads as the same time.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/time.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto time = xunjie::parse_rfc3339(text);
  if (!time.ok()) return 0;
  const auto again = xunjie::parse_rfc3339(xunjie::to_rfc3339(*time));
  XUNJIE_CHECK(again.ok());
  // Written with milliseconds: what is finer is cut off.
  XUNJIE_CHECK(again->count <= time->count && time->count - again->count < 1000);
  return 0;
}
