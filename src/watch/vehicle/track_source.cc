#include "watch/vehicle/track_source.h"

#include <array>
#include <fstream>

#include "watch/vehicle/gpx.h"
#include "watch/vehicle/nmea_stream.h"

namespace xunjie::watch::vehicle {
namespace {

constexpr std::size_t kMaxBytes = 64U << 20U;
constexpr std::size_t kMaxFixes = 500'000;

Error wrong(ErrorCode code, const std::string& message) {
  return make_error(code, "track.source: " + message, "track.source");
}

Result<std::string> text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return wrong(ErrorCode::not_found, "cannot read " + path);
  std::string text;
  std::array<char, 65536> part{};
  while (file.read(part.data(), part.size()) || file.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMaxBytes) return wrong(ErrorCode::too_large, path + " is over 64 MiB");
  }
  return text;
}

Result<TrackText> from_file(const std::string& path) {
  XUNJIE_TRY(text, text_of_file(path));
  TrackText out;
  const auto first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first != std::string::npos && text[first] == '<') {
    XUNJIE_TRY(gpx, gpx_from_text(text));
    out.fixes = std::move(gpx.fixes);
    out.bad_points = gpx.bad;
  } else {
    NmeaReader reader;
    reader.feed(text, out.fixes);
    reader.finish(out.fixes);
    out.nmea = reader.counts();
  }
  return out;
}

Result<TrackText> from_stream(const std::string& source, const TrackSourceOptions& options,
                              const std::atomic<bool>& stop) {
  XUNJIE_TRY(stream, NmeaStream::open(source, options.connect, stop));
  TrackText out;
  NmeaReader reader;
  while (!stop && out.fixes.size() <= kMaxFixes) {
    XUNJIE_TRY(bytes, stream->read(options.silence, stop));
    if (bytes.empty()) break;  // ended, or broken off: what came so far stands
    reader.feed(bytes, out.fixes);
  }
  reader.finish(out.fixes);
  out.nmea = reader.counts();
  return out;
}

}  // namespace

Result<TrackText> read_track(const std::string& source, const TrackSourceOptions& options,
                             const std::atomic<bool>& stop) {
  const bool stream = NmeaStream::is_address(source);
  if (!stream && source.find("://") != std::string::npos)
    return wrong(ErrorCode::invalid_argument, "must be a file or tcp://HOST:PORT");
  XUNJIE_TRY(text, stream ? from_stream(source, options, stop) : from_file(source));
  if (text.fixes.size() > kMaxFixes)
    return wrong(ErrorCode::too_large, "has more than 500000 fixes");
  if (text.fixes.empty()) {
    return wrong(ErrorCode::invalid_argument,
                 "holds no position fix: NMEA 0183 (RMC, GGA) or GPX 1.1 is read; of " +
                     std::to_string(text.nmea.lines) + " lines " + std::to_string(text.nmea.bad) +
                     " are bad, " + std::to_string(text.nmea.no_fix) + " moments had no position");
  }
  return text;
}

}  // namespace xunjie::watch::vehicle
