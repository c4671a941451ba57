// Session descriptions: any text is a track that fits, or an error.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "watch/receive/sdp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed =
      xunjie::watch::receive::parse_sdp({reinterpret_cast<const char*>(data), size});
  if (!parsed.ok()) return 0;
  const auto& video = parsed->video;
  XUNJIE_CHECK(video.payload_type >= -1 && video.payload_type < 128);
  XUNJIE_CHECK(video.clock_rate >= 1000 && video.clock_rate <= 10'000'000);
  XUNJIE_CHECK(video.parameter_sets.size() <= (16U << 10U));
  XUNJIE_CHECK(video.fps >= 0 && video.fps <= 240);
  return 0;
}
