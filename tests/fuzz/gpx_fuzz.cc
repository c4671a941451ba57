// Any text is a track within its bounds or a refusal that says why.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "watch/vehicle/gpx.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto track =
      xunjie::watch::vehicle::gpx_from_text({reinterpret_cast<const char*>(data), size});
  if (!track.ok()) {
    XUNJIE_CHECK(!track.error().message.empty() && track.error().field == "track");
    return 0;
  }
  XUNJIE_CHECK(track->points >= 1 && track->fixes.size() + track->bad == track->points);
  for (const auto& fix : track->fixes)
    XUNJIE_CHECK(fix.position.lat >= -90 && fix.position.lat <= 90);
  return 0;
}
