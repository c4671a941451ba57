// Trying a camera's address before it is registered: what comes, and what is wrong.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/geo.h"

namespace xunjie::ports {

enum class ProbeFault {
  bad_address,
  cannot_resolve,
  refused,
  unreachable,
  timed_out,
  authentication,
  not_there,  // the server answers, but has no such stream
  no_video,
  codec_unsupported,
  undecodable,
  broken_off,     // ended before a keyframe came
  keyframes_far,  // from here on warnings: it can be watched
  dark,
  small,
};
std::string_view name_of(ProbeFault fault);
bool is_warning(ProbeFault fault);

struct ProbeRequest {
  std::string source;  // URL; may hold credentials, never logged
  std::vector<domain::PicturePolygon> masks;
};

struct ProbeReport {
  std::vector<ProbeFault> faults;
  std::string shown;  // the address without user, password and query
  std::string codec;  // empty: not known
  int width = 0, height = 0;
  std::optional<double> frame_rate, keyframe_interval_s, bits_per_s;
  std::optional<double> clock_offset_s;  // camera minus ours, where the source tells
  std::vector<std::byte> still;          // JPEG, masks burnt in; empty: none
};

class SourceProbe {
 public:
  virtual ~SourceProbe() = default;
  // Blocks for at most about 20 s. What is wrong with the source is in the report; errors are ours:
  // unavailable (as many probes as allowed are under way, or stopping).
  virtual Result<ProbeReport> probe(const ProbeRequest& request) = 0;
  // Ends probes under way within about a second; later ones are refused.
  virtual void stop() = 0;
};

}  // namespace xunjie::ports
