#include "watch/receive/rtsp_server_testing.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/check.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace xunjie::watch::receive {
namespace {

std::string big(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i)
    out += static_cast<char>(value >> (8U * static_cast<unsigned>(i)) & 0xffU);
  return out;
}

std::string sum(const EVP_MD* algorithm, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), bytes.data(), &size, algorithm, nullptr);
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    std::array<char, 3> hex{};
    std::snprintf(hex.data(), hex.size(), "%02x", bytes[i]);
    out += hex.data();
  }
  return out;
}

std::string after(const std::string& text, const std::string& name, const std::string& end) {
  const auto at = text.find(name);
  if (at == std::string::npos) return {};
  const auto begin = at + name.size();
  return text.substr(begin, text.find(end, begin) - begin);
}

std::string base64(const std::string& bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::vector<std::string> nals_of(const std::string& unit) {
  std::vector<std::string> out;
  const std::string code("\0\0\1", 3);
  for (auto at = unit.find(code); at != std::string::npos;) {
    const auto next = unit.find(code, at + 3);
    std::string nal = unit.substr(at + 3, next == std::string::npos ? next : next - at - 3);
    while (next != std::string::npos && !nal.empty() && nal.back() == 0) nal.pop_back();
    if (!nal.empty()) out.push_back(nal);
    at = next;
  }
  return out;
}

std::string sdp_of(bool h265, const std::string& unit) {
  std::array<std::string, 64> sets;
  for (const auto& nal : nals_of(unit)) {
    const auto first = static_cast<std::uint8_t>(nal[0]);
    auto& slot = sets[h265 ? first >> 1U & 0x3fU : first & 0x1fU];
    if (slot.empty()) slot = base64(nal);
  }
  const std::string format =
      h265 ? "H265/90000\r\na=fmtp:96 sprop-vps=" + sets[32] + ";sprop-sps=" + sets[33] +
                 ";sprop-pps=" + sets[34]
           : "H264/90000\r\na=fmtp:96 packetization-mode=1;sprop-parameter-sets=" + sets[7] + "," +
                 sets[8];
  return "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=t\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\n"
         "a=control:track0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 " +
         format + "\r\na=control:track1\r\n";
}

}  // namespace

std::string interleaved(int channel, const std::string& bytes) {
  return std::string{'$', static_cast<char>(channel)} +
         big(static_cast<std::uint32_t>(bytes.size()), 2) + bytes;
}

std::string rtp(std::uint16_t sequence, std::uint32_t timestamp, bool marker,
                const std::string& payload, int type) {
  return std::string{static_cast<char>(0x80), static_cast<char>(type | (marker ? 0x80 : 0))} +
         big(sequence, 2) + big(timestamp, 4) + "ssrc" + payload;
}

std::string sender_report(std::uint32_t unix_s, std::uint32_t timestamp) {
  return std::string{static_cast<char>(0x80), static_cast<char>(200)} + big(6, 2) + "ssrc" +
         big(unix_s + 2'208'988'800U, 4) + big(0x80000000U, 4) + big(timestamp, 4) +
         std::string(8, '\0');
}

std::string frames_of(const std::string& unit, bool h265, std::uint32_t timestamp,
                      std::uint16_t& sequence) {
  constexpr std::size_t most = 1000;
  std::string out;
  const auto nals = nals_of(unit);
  for (std::size_t i = 0; i < nals.size(); ++i) {
    const std::string& nal = nals[i];
    const bool last = i + 1 == nals.size();
    if (nal.size() <= most) {
      out += interleaved(0, rtp(sequence++, timestamp, last, nal));
      continue;
    }
    const auto first = static_cast<std::uint8_t>(nal[0]);
    const int type = h265 ? first >> 1U & 0x3f : first & 0x1f;
    const std::string head = h265 ? std::string{static_cast<char>((first & 0x81) | 98), nal[1]}
                                  : std::string{static_cast<char>((first & 0xe0) | 28)};
    const std::size_t start = head.size();
    for (std::size_t at = start; at < nal.size(); at += most) {
      const bool end = at + most >= nal.size();
      const int flags = type | (at == start ? 0x80 : 0) | (end ? 0x40 : 0);
      out += interleaved(0, rtp(sequence++, timestamp, last && end,
                                head + static_cast<char>(flags) + nal.substr(at, most)));
    }
  }
  return out;
}

Encoded encode_pattern(const std::string& codec, int width, int height, int pictures, int gop) {
  Encoded out;
  const bool h265 = codec == "libx265";
  const auto path = std::filesystem::temp_directory_path() /
                    ("xunjie-pattern-" + std::to_string(::getpid()) + (h265 ? ".hevc" : ".h264"));
  const std::string keys = h265 ? "-x265-params keyint=" + std::to_string(gop) +
                                      ":min-keyint=" + std::to_string(gop) +
                                      ":scenecut=0:bframes=0:log-level=none"
                                : "-g " + std::to_string(gop) + " -bf 0 -sc_threshold 0";
  const std::string command =
      "ffmpeg -v quiet -y -f lavfi -i testsrc2=size=" + std::to_string(width) + "x" +
      std::to_string(height) + ":rate=25 -frames:v " + std::to_string(pictures) + " -c:v " + codec +
      " -preset ultrafast " + keys + " -pix_fmt yuv420p " + path.string() + " </dev/null";
  if (std::system(command.c_str()) != 0) return out;  // NOLINT(cert-env33-c)
  AVFormatContext* format = nullptr;
  if (avformat_open_input(&format, path.c_str(), nullptr, nullptr) >= 0) {
    AVPacket* packet = av_packet_alloc();
    while (av_read_frame(format, packet) >= 0) {
      out.units.emplace_back(reinterpret_cast<char*>(packet->data),
                             static_cast<std::size_t>(packet->size));
      out.keys.push_back((packet->flags & AV_PKT_FLAG_KEY) != 0);
      av_packet_unref(packet);
    }
    av_packet_free(&packet);
    avformat_close_input(&format);
  }
  std::filesystem::remove(path);
  if (!out.units.empty()) out.sdp = sdp_of(h265, out.units[0]);
  return out;
}

// --- the server ---------------------------------------------------------------------------------

struct ScriptedServer::Caller {
  int socket = -1;
  int requests = 0;
  bool playing = false;
};

ScriptedServer::ScriptedServer(Script script) : script_(std::move(script)) {
  socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const int bound = ::bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
  XUNJIE_CHECK(bound == 0);
  ::listen(socket_, 64);
  ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { accept(); });
}

ScriptedServer::~ScriptedServer() {
  stop_ = true;
  ::shutdown(socket_, SHUT_RDWR);
  thread_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  for (auto& caller : callers_) caller.join();
  for (const int socket : sockets_) ::close(socket);
  ::close(socket_);
}

std::string ScriptedServer::url(const std::string& credentials) const {
  return "rtsp://" + (credentials.empty() ? "" : credentials + "@") +
         "127.0.0.1:" + std::to_string(port_) + "/live/1";
}

void ScriptedServer::accept() {
  while (!stop_) {
    const int caller = ::accept(socket_, nullptr, nullptr);
    if (caller < 0) return;
    ++connections_;
    const std::lock_guard lock(mutex_);
    sockets_.push_back(caller);
    callers_.emplace_back([this, caller] { serve(caller); });
  }
}

void ScriptedServer::serve(int socket) {
  Caller caller{.socket = socket};
  std::string in;
  std::array<char, 4096> bytes{};
  while (true) {
    const auto got = ::recv(socket, bytes.data(), bytes.size(), 0);
    if (got <= 0) return;
    {
      const std::lock_guard lock(mutex_);
      heard_.append(bytes.data(), static_cast<std::size_t>(got));
      changed_.notify_all();
    }
    in.append(bytes.data(), static_cast<std::size_t>(got));
    for (auto end = in.find("\r\n\r\n"); end != std::string::npos; end = in.find("\r\n\r\n")) {
      // A receiver report may stand before the request.
      const std::string request = in.substr(0, end + 2);
      in.erase(0, end + 4);
      if (!answer(caller, request)) {
        ::shutdown(socket, SHUT_RDWR);
        return;
      }
    }
  }
}

bool ScriptedServer::allowed(Caller& caller, const std::string& request, std::string& challenge) {
  if (script_.user.empty()) return true;
  if (script_.basic) {
    challenge = "Basic realm=\"cam\"";
    const std::string given = after(request, "Authorization: Basic ", "\r\n");
    return given == base64(script_.user + ":" + script_.password);
  }
  const bool old = script_.stale_after > 0 && caller.requests > script_.stale_after;
  const std::string nonce = old ? "second" : "first";
  const EVP_MD* algorithm = script_.sha256 ? EVP_sha256() : EVP_md5();
  challenge = "Digest realm=\"a \\\"cam\\\"\", nonce=\"" + nonce +
              "\", qop=\"auth\", algorithm=" + (script_.sha256 ? "SHA-256" : "MD5");
  const std::string header = after(request, "Authorization: Digest ", "\r\n");
  if (header.empty()) return false;
  const std::string used = after(header, " nonce=\"", "\"");
  if (used != nonce) {
    challenge += ", stale=true";
    return false;
  }
  const std::string method = request.substr(0, request.find(' '));
  const std::string expected = sum(
      algorithm, sum(algorithm, script_.user + ":a \"cam\":" + script_.password) + ":" + nonce +
                     ":" + after(header, " nc=", ",") + ":" + after(header, " cnonce=\"", "\"") +
                     ":auth:" + sum(algorithm, method + ":" + after(header, " uri=\"", "\"")));
  return after(header, " response=\"", "\"") == expected;
}

bool ScriptedServer::answer(Caller& caller, const std::string& whole) {
  std::string request = whole;
  while (request.size() > 4 && request[0] == '$')
    request.erase(0, 4 + (static_cast<std::size_t>(static_cast<std::uint8_t>(request[2])) << 8U |
                          static_cast<std::uint8_t>(request[3])));
  if (script_.silent) return true;
  ++caller.requests;
  const std::string method = request.substr(0, request.find(' '));
  std::string status = "200 OK", more, body, challenge;
  if (!allowed(caller, request, challenge)) {
    status = "401 Unauthorized";
    more = "WWW-Authenticate: " + challenge + "\r\n";
  } else if (method == "OPTIONS") {
    more = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER\r\n";
  } else if (method == "DESCRIBE") {
    if (!script_.describe_raw.empty()) {
      ::send(caller.socket, script_.describe_raw.data(), script_.describe_raw.size(), MSG_NOSIGNAL);
      return true;
    }
    if (script_.describe_status != 200) status = std::to_string(script_.describe_status) + " No";
    if (!script_.redirect.empty()) {
      status = "302 Found";
      more = "Location: " + script_.redirect + "\r\n";
    } else {
      body = script_.sdp;
      more = "Content-Type: application/sdp\r\nContent-Length: " + std::to_string(body.size()) +
             "\r\n";
    }
  } else if (method == "SETUP") {
    if (script_.udp_only) status = "461 Unsupported Transport";
    more = script_.session + "\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n";
  }
  std::string out = "RTSP/1.0 " + status + "\r\nCSeq: " + after(request, "CSeq: ", "\r\n") +
                    "\r\n" + more + "\r\n" + body;
  const bool play = method == "PLAY" && status == "200 OK";
  if (play) {
    for (const auto& frame : script_.media) out += frame;
  }
  for (std::size_t sent = 0; sent < out.size();) {
    const auto n = ::send(caller.socket, out.data() + sent, out.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return false;
    sent += static_cast<std::size_t>(n);
  }
  return !(play && script_.hang_up);
}

std::string ScriptedServer::heard() {
  const std::lock_guard lock(mutex_);
  return heard_;
}

bool ScriptedServer::await(const std::string& method, int count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(20), [&] {
    int found = 0;
    for (auto at = heard_.find(method + " rtsp"); at != std::string::npos;
         at = heard_.find(method + " rtsp", at + 1))
      ++found;
    return found >= count;
  });
}

}  // namespace xunjie::watch::receive
