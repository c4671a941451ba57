#include "watch/receive/sdp.h"

#include <algorithm>
#include <cstdlib>

#include "watch/receive/rtsp_message.h"

namespace xunjie::watch::receive {
namespace {

constexpr std::size_t kMaxSets = 16U << 10U;
constexpr int kMaxLines = 2000;

struct Media {
  bool video = false;
  std::string encoding;  // of rtpmap, lower case
  std::string format;    // of fmtp
  VideoTrack track;
};

int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

// Up to the first character that is not base64.
std::vector<std::uint8_t> base64_decoded(std::string_view text) {
  std::vector<std::uint8_t> out;
  unsigned bits = 0;
  int have = 0;
  for (const char c : text) {
    const int value = value_of(c);
    if (value < 0) break;
    bits = (bits << 6U | static_cast<unsigned>(value)) & 0xffffU;
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out.push_back(static_cast<std::uint8_t>(bits >> static_cast<unsigned>(have) & 0xffU));
  }
  return out;
}

void append_sets(std::string_view list, std::vector<std::uint8_t>& out) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    const auto unit = base64_decoded(trimmed(list.substr(0, end)));
    if (!unit.empty() && out.size() + unit.size() + 4 <= kMaxSets) {
      out.insert(out.end(), {0, 0, 0, 1});
      out.insert(out.end(), unit.begin(), unit.end());
    }
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

std::string_view parameter(std::string_view format, std::string_view name) {
  while (!format.empty()) {
    const auto end = std::min(format.find(';'), format.size());
    const auto pair = trimmed(format.substr(0, end));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && lower_case(trimmed(pair.substr(0, equals))) == name)
      return trimmed(pair.substr(equals + 1));
    format.remove_prefix(std::min(end + 1, format.size()));
  }
  return {};
}

// "96 H264/90000" of the payload type that the m= line names first.
void take_rtpmap(std::string_view value, Media& media) {
  const auto space = value.find(' ');
  if (space == std::string_view::npos) return;
  const auto type = decimal(value.substr(0, space));
  if (!type || static_cast<int>(*type) != media.track.payload_type) return;
  const auto map = trimmed(value.substr(space + 1));
  const auto slash = std::min(map.find('/'), map.size());
  media.encoding = lower_case(map.substr(0, slash));
  if (slash == map.size()) return;
  const auto rate = decimal(map.substr(slash + 1, map.find('/', slash + 1) - slash - 1));
  if (rate && *rate >= 1000 && *rate <= 10'000'000)
    media.track.clock_rate = static_cast<int>(*rate);
}

void take_fmtp(std::string_view value, Media& media) {
  const auto space = value.find(' ');
  if (space == std::string_view::npos) return;
  const auto type = decimal(value.substr(0, space));
  if (type && static_cast<int>(*type) == media.track.payload_type)
    media.format = value.substr(space + 1);
}

void take_attribute(std::string_view line, Media& media) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const auto name = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
  if (name == "rtpmap") take_rtpmap(value, media);
  if (name == "fmtp") take_fmtp(value, media);
  if (name == "control") media.track.control = value;
  if (name == "framerate" || name == "x-framerate") {
    const double fps = std::strtod(std::string(value.substr(0, 16)).c_str(), nullptr);
    if (fps >= 0.1 && fps <= 240) media.track.fps = fps;
  }
}

// "video 0 RTP/AVP 96 97": the first payload type is the one sent.
Media media_of(std::string_view line) {
  Media media;
  media.video = line.substr(0, 6) == "video ";
  for (int field = 0; field < 3; ++field) {
    const auto space = line.find(' ');
    if (space == std::string_view::npos) return media;
    line = trimmed(line.substr(space + 1));
  }
  const auto type = decimal(line.substr(0, line.find(' ')));
  media.track.payload_type = type && *type < 128 ? static_cast<int>(*type) : -1;
  return media;
}

// Whether the track can be read here; fills in what depends on the codec.
bool settle(Media& media) {
  auto& track = media.track;
  if (media.encoding == "h264") {
    track.codec = VideoCodec::h264;
    append_sets(parameter(media.format, "sprop-parameter-sets"), track.parameter_sets);
    return true;
  }
  if (media.encoding != "h265") return false;
  track.codec = VideoCodec::h265;
  // Decoding order numbers would need reordering, which no camera does over TCP.
  if (const auto depth = parameter(media.format, "sprop-max-don-diff");
      !depth.empty() && depth != "0")
    return false;
  for (const auto* name : {"sprop-vps", "sprop-sps", "sprop-pps"})
    append_sets(parameter(media.format, name), track.parameter_sets);
  return true;
}

Result<SessionDescription> choose(std::string session_control, std::vector<Media>& all) {
  std::string other;
  for (auto& media : all) {
    if (!media.video) continue;
    if (settle(media))
      return SessionDescription{std::move(session_control), std::move(media.track)};
    other = media.encoding.empty() ? "payload " + std::to_string(media.track.payload_type)
                                   : media.encoding.substr(0, 40);
  }
  if (other.empty())
    return make_error(ErrorCode::unavailable, "the source offers no video", "source");
  return make_error(ErrorCode::invalid_argument,
                    "the source's video is " + other + "; H.264 or H.265 is expected", "codec");
}

}  // namespace

Result<SessionDescription> parse_sdp(std::string_view text) {
  std::vector<Media> all;
  std::string control;
  bool any = false;
  for (int lines = 0; !text.empty() && lines < kMaxLines; ++lines) {
    const auto end = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.size() < 2 || line[1] != '=') continue;
    any = true;
    const std::string_view value = line.substr(2);
    if (line[0] == 'm') {
      all.push_back(media_of(value));
    } else if (line[0] == 'a' && !all.empty()) {
      take_attribute(value, all.back());
    } else if (line[0] == 'a' && value.substr(0, 8) == "control:") {
      control = trimmed(value.substr(8));
    }
  }
  if (!any) return make_error(ErrorCode::corrupt, "the source describes its session unreadably");
  return choose(std::move(control), all);
}

}  // namespace xunjie::watch::receive
