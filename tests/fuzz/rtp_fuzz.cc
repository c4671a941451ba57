// RTP packets of any content, in any order: units stay within their bound, parameter sets within
// the unit, and reading goes on after anything. The first byte chooses the codec, then every packet
// is preceded by its length.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "watch/receive/access_units.h"

namespace {

using namespace xunjie::watch::receive;

class Sink final : public UnitSink {
 public:
  void unit(const AccessUnit& unit) override {
    XUNJIE_CHECK(!unit.bytes.empty() && unit.bytes.size() <= kMaxUnit);
    XUNJIE_CHECK(unit.parameter_sets.size() <= unit.bytes.size());
    // Every unit begins with a start code.
    XUNJIE_CHECK(unit.bytes.size() >= 4 && unit.bytes[0] == 0 && unit.bytes[3] == 1);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  AccessUnits units((data[0] & 1) != 0 ? VideoCodec::h265 : VideoCodec::h264);
  Sink sink;
  ByteView rest(data + 1, size - 1);
  while (rest.size() > 1) {
    const std::size_t length = std::min<std::size_t>(rest[0], rest.size() - 1);
    const auto bytes = rest.subspan(1, length);
    rest = rest.subspan(1 + length);
    static_cast<void>(parse_rtcp(bytes));
    if (const auto packet = parse_rtp(bytes)) units.push(*packet, sink);
    if (length == 0) units.broken();
  }
  return 0;
}
