// A source of undecoded video packets: one abstract reader, a driver for each kind of source.
// Nothing is decoded here.
//
//   rtsp:// rtsps://     our own reader, media over the same TCP or TLS connection
//   rtspu://             RTSP with media over UDP, by libavformat
//   http:// https://     a still picture fetched again and again, or MJPEG (multipart)
//   tcp:// udp:// rtp:// file, path: libavformat
//
// Blocking calls end after their timeout or within about 100 ms of `stop` becoming true. The URL
// may hold credentials: error messages show shown_url() only.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "watch/media.h"

namespace xunjie::watch {

// The URL without user, password and query.
std::string shown_url(const std::string& url);

// What a person is told about a source that cannot be read, in Chinese; never holds the address.
std::string told_of(const Error& error);

struct TlsOptions {
  bool verify = true;
  std::string ca_file;  // empty: the system's roots, or SSL_CERT_FILE
};

struct CaptureOptions {
  Micros open_timeout = seconds(10);
  Micros read_timeout = seconds(8);
  Micros poll_period = seconds(2);  // between two still pictures
  TlsOptions tls;
};

class Capture {
 public:
  // Errors: unavailable (cannot open, no video), timeout, not_found, unauthenticated, forbidden,
  // invalid_argument (protocol not allowed, address not usable).
  static Result<std::unique_ptr<Capture>> open(const std::string& url,
                                               const CaptureOptions& options,
                                               const std::atomic<bool>& stop);
  virtual ~Capture() = default;
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  // Of the packet read last; may change with the next one.
  [[nodiscard]] virtual const StreamInfo& stream() const = 0;
  // Counts up when stream() has changed, so that a decoder must be opened anew.
  [[nodiscard]] virtual std::uint64_t generation() const { return 1; }
  // The next packet; nullopt at the end of a file. `at` is left for the caller to set.
  // Errors: unavailable (connection lost, damaged beyond reading), timeout.
  virtual Result<std::optional<Packet>> read() = 0;
  // The source's wall clock minus ours, as far as it has said.
  [[nodiscard]] virtual std::optional<Micros> clock_offset() const { return std::nullopt; }

 protected:
  Capture() = default;
};

// Whether our own RTSP reader takes this address.
bool is_rtsp(const std::string& url);
// Whether an error says that libavformat may still read this RTSP source (another codec, or no
// media over TCP).
bool wants_libav(const Error& error);

}  // namespace xunjie::watch
