// An RTSP server for tests: plays a script to each caller and misbehaves where it is told to. It
// listens on a free port of the loopback interface; each caller has a thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace xunjie::watch::receive {

// One interleaved frame carrying this RTP payload.
std::string interleaved(int channel, const std::string& bytes);
std::string rtp(std::uint16_t sequence, std::uint32_t timestamp, bool marker,
                const std::string& payload, int type = 96);
// A sender report: this wall clock (seconds since 1970) at this RTP time stamp.
std::string sender_report(std::uint32_t unix_s, std::uint32_t timestamp);

// Real pictures for the script: an H.264 or H.265 stream encoded by the ffmpeg program.
struct Encoded {
  std::vector<std::string> units;  // Annex B, the first is a keyframe
  std::vector<bool> keys;
  std::string sdp;  // of one track, control "track1"
};
// Empty when encoding failed. Keyframe every `gop` pictures.
Encoded encode_pattern(const std::string& codec, int width, int height, int pictures, int gop);
// The interleaved frames of one unit; advances the sequence.
std::string frames_of(const std::string& unit, bool h265, std::uint32_t timestamp,
                      std::uint16_t& sequence);

struct Script {
  std::string sdp;
  std::string user, password;  // empty: open to all
  bool sha256 = false;         // Digest with SHA-256, else MD5
  bool basic = false;          // Basic instead of Digest
  int stale_after = 0;         // requests after which the nonce is outdated; 0: never
  std::string redirect;        // DESCRIBE is answered 302 with this Location
  int describe_status = 200;
  std::string describe_raw;  // sent instead of an answer to DESCRIBE
  bool udp_only = false;     // SETUP is answered 461
  bool silent = false;       // never answers anything
  std::string session = "Session: 7;timeout=60";
  std::vector<std::string> media;  // sent after PLAY, in order, then the caller is left waiting
  bool hang_up = false;            // after the media
};

class ScriptedServer {
 public:
  explicit ScriptedServer(Script script);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url(const std::string& credentials = {}) const;
  // Waits until that many requests of a method came, at most 20 s.
  bool await(const std::string& method, int count);
  [[nodiscard]] int connections() const { return connections_; }
  // All that callers sent.
  std::string heard();

 private:
  struct Caller;
  void accept();
  void serve(int socket);
  bool answer(Caller& caller, const std::string& whole);
  [[nodiscard]] bool allowed(Caller& caller, const std::string& request, std::string& challenge);

  Script script_;
  int socket_ = -1, port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string heard_;
  std::vector<std::thread> callers_;
  std::vector<int> sockets_;
  std::thread thread_;
};

}  // namespace xunjie::watch::receive
