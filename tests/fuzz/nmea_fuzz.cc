// However a stream is cut, the same fixes come out, every line is counted once, and every place is
// one.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "watch/vehicle/nmea.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace xunjie::watch::vehicle;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<Fix> whole, pieces;
  NmeaReader at_once, by_byte;
  at_once.feed(text, whole);
  at_once.finish(whole);
  for (const char& c : text) by_byte.feed({&c, 1}, pieces);
  by_byte.finish(pieces);
  XUNJIE_CHECK(whole.size() == pieces.size());
  XUNJIE_CHECK(at_once.counts().bad == by_byte.counts().bad);
  XUNJIE_CHECK(at_once.counts().bad + at_once.counts().unused <= at_once.counts().lines);
  for (const Fix& fix : whole) {
    XUNJIE_CHECK(fix.position.lat >= -90 && fix.position.lat <= 90);
    XUNJIE_CHECK(fix.position.lon >= -180 && fix.position.lon <= 180);
  }
  return 0;
}
