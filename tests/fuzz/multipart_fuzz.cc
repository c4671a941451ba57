// Multipart bodies: however they are cut, the same parts come out, none above the limit.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "watch/receive/multipart.h"

namespace {

using namespace xunjie::watch::receive;
constexpr std::size_t kLimit = 512;

bool feed(std::string_view text, std::size_t piece, std::vector<std::string>& parts) {
  Multipart parser("b", kLimit);
  while (!text.empty()) {
    const auto part = text.substr(0, piece);
    text.remove_prefix(part.size());
    const auto fed = parser.feed(part, [&](std::string_view body) { parts.emplace_back(body); });
    if (!fed.ok()) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto found = jpeg_size(text)) XUNJIE_CHECK(found->width >= 0 && found->height <= 65535);
  static_cast<void>(boundary_of(text));
  std::vector<std::string> whole, cut;
  const bool sound = feed(text, std::max<std::size_t>(1, size), whole);
  const bool sound_cut = feed(text, 3, cut);
  if (sound && sound_cut) XUNJIE_CHECK(whole == cut);
  return 0;
}
