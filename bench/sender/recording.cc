#include "bench/sender/recording.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
}

namespace xunjie::bench {
namespace {

constexpr std::size_t kMostPayload = 1400;

class Packer {
 public:
  Packer(bool h265, Recording& out) : h265_(h265), out_(out) {}

  void picture(std::string_view unit, Micros at, bool key) {
    out_.pictures.push_back({.at = at, .key = key});
    std::vector<std::string_view> nals = split(unit);
    for (std::size_t i = 0; i < nals.size(); ++i) nal(nals[i], i + 1 == nals.size());
  }

  static std::vector<std::string_view> split(std::string_view unit) {
    std::vector<std::string_view> out;
    constexpr std::string_view code("\0\0\1", 3);
    auto at = unit.find(code);
    while (at != std::string_view::npos) {
      const auto next = unit.find(code, at + 3);
      std::string_view nal =
          unit.substr(at + 3, next == std::string_view::npos ? next : next - at - 3);
      while (next != std::string_view::npos && !nal.empty() && nal.back() == 0)
        nal.remove_suffix(1);
      if (!nal.empty()) out.push_back(nal);
      at = next;
    }
    return out;
  }

 private:
  void nal(std::string_view nal, bool last) {
    if (nal.size() <= kMostPayload) return piece({}, nal, last);
    const auto first = static_cast<std::uint8_t>(nal[0]);
    const std::size_t head = h265_ ? 2 : 1;
    const std::string indicator =
        h265_ ? std::string{static_cast<char>((first & 0x81) | 49 << 1), nal[1]}
              : std::string{static_cast<char>((first & 0xe0) | 28)};
    const int type = h265_ ? first >> 1 & 0x3f : first & 0x1f;
    nal.remove_prefix(head);
    for (bool start = true; !nal.empty(); start = false) {
      const std::string_view part = nal.substr(0, kMostPayload);
      nal.remove_prefix(part.size());
      const int flags = type | (start ? 0x80 : 0) | (nal.empty() ? 0x40 : 0);
      piece(indicator + static_cast<char>(flags), part, last && nal.empty());
    }
  }

  void piece(const std::string& head, std::string_view part, bool marker) {
    const std::size_t begin = out_.bytes.size(), size = 12 + head.size() + part.size();
    out_.bytes += {'$', 0, static_cast<char>(size >> 8U), static_cast<char>(size & 0xffU)};
    out_.bytes += {static_cast<char>(0x80), static_cast<char>(96 | (marker ? 0x80 : 0))};
    out_.bytes.append(10, '\0');
    out_.bytes += head;
    out_.bytes += part;
    out_.pictures.back().pieces.push_back({begin, size + 4});
  }

  bool h265_;
  Recording& out_;
};

std::string base64(std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8U | (i + k < bytes.size() ? static_cast<std::uint8_t>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k > bytes.size() ? '=' : letters[bits >> (18 - 6 * k) & 63U];
  }
  return out;
}

std::string sdp_of(bool h265, std::string_view first_unit) {
  std::array<std::string, 64> sets;
  for (const auto nal : Packer::split(first_unit)) {
    const auto first = static_cast<std::uint8_t>(nal[0]);
    auto& slot = sets[h265 ? first >> 1U & 0x3fU : first & 0x1fU];
    if (slot.empty()) slot = base64(nal);
  }
  std::string out =
      "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=bench\r\nt=0 0\r\na=control:*\r\n"
      "m=video 0 RTP/AVP 96\r\na=rtpmap:96 ";
  if (h265)
    out += "H265/90000\r\na=fmtp:96 sprop-vps=" + sets[32] + ";sprop-sps=" + sets[33] +
           ";sprop-pps=" + sets[34];
  else
    out += "H264/90000\r\na=fmtp:96 packetization-mode=1;sprop-parameter-sets=" + sets[7] + "," +
           sets[8];
  return out + "\r\na=control:track1\r\n";
}

// Owns what reading a file needs.
struct Reader {
  AVFormatContext* format = nullptr;
  AVBSFContext* filter = nullptr;
  AVPacket* packet = av_packet_alloc();
  int index = -1;
  bool h265 = false;

  ~Reader() {
    av_packet_free(&packet);
    av_bsf_free(&filter);
    avformat_close_input(&format);
  }
  bool open(const std::string& path) {
    if (avformat_open_input(&format, path.c_str(), nullptr, nullptr) < 0 ||
        avformat_find_stream_info(format, nullptr) < 0)
      return false;
    index = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (index < 0) return false;
    const AVStream* stream = format->streams[index];
    h265 = stream->codecpar->codec_id == AV_CODEC_ID_HEVC;
    if (!h265 && stream->codecpar->codec_id != AV_CODEC_ID_H264) return false;
    const AVBitStreamFilter* kind =
        av_bsf_get_by_name(h265 ? "hevc_mp4toannexb" : "h264_mp4toannexb");
    if (kind == nullptr || av_bsf_alloc(kind, &filter) < 0) return false;
    avcodec_parameters_copy(filter->par_in, stream->codecpar);
    filter->time_base_in = stream->time_base;
    return av_bsf_init(filter) >= 0;
  }
  // The next packet with start codes in `packet`; false at the end.
  bool next() {
    av_packet_unref(packet);
    while (av_bsf_receive_packet(filter, packet) < 0) {
      if (av_read_frame(format, packet) < 0) return false;
      if (packet->stream_index != index)
        av_packet_unref(packet);
      else if (av_bsf_send_packet(filter, packet) < 0)
        return false;
    }
    return true;
  }
};

}  // namespace

Result<Recording> read_recording(const std::string& path) {
  Reader reader;
  if (!reader.open(path))
    return make_error(ErrorCode::unavailable, "cannot read H.264 or H.265 from " + path, "file");
  Recording out;
  Packer packer(reader.h265, out);
  std::int64_t first = AV_NOPTS_VALUE;
  const AVRational base = reader.format->streams[reader.index]->time_base;
  while (reader.next()) {
    const std::string_view unit(reinterpret_cast<const char*>(reader.packet->data),
                                static_cast<std::size_t>(reader.packet->size));
    const std::int64_t at = av_rescale_q(reader.packet->pts, base, {1, 1'000'000});
    if (first == AV_NOPTS_VALUE) {
      first = at;
      out.sdp = sdp_of(reader.h265, unit);
    }
    packer.picture(unit, Micros{at - first}, (reader.packet->flags & AV_PKT_FLAG_KEY) != 0);
  }
  if (out.pictures.size() < 2)
    return make_error(ErrorCode::unavailable, "too few pictures in " + path, "file");
  const Micros last = out.pictures.back().at;
  out.length = last + Micros{last.count / static_cast<std::int64_t>(out.pictures.size() - 1)};
  return out;
}

}  // namespace xunjie::bench
