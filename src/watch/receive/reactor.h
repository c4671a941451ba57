// Receives all RTSP sources of a watcher on one thread.
//
// Sources that are being opened are served at once; those that flow are read together every `tick`,
// because a camera's picture comes in many small segments and waking for each is what receiving
// costs. What a source brings meanwhile waits in its socket, bounded by the kernel's window.
//
// Opening is shaped: at most `opening_most` sources at a time (and `opening_per_host` of one
// recorder), first come first served, so that hundreds are back within seconds of a restart and no
// recorder sees a stampede. A lost source is tried again with pauses that double from first_retry
// to last_retry, each drawn between half and all of itself; one that held for last_retry starts
// over with short pauses.
//
// Threads: one that reads; host names are looked up by another, one at a time, so that a slow name
// server stops nobody. Followers are called from the reading thread only and must not block it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "watch/capture.h"
#include "watch/media.h"

namespace xunjie::watch::receive {

// Who follows one source.
class Follower {
 public:
  virtual ~Follower() = default;
  // `opened`: the first packet of a connection, or of a changed stream: what came before is over.
  virtual void packet(Packet packet, const StreamInfo& stream, bool opened) = 0;
  // The source is lost or cannot be opened. True: try again in a while; false: leave it alone.
  virtual bool lost(const Error& error) = 0;
  // The source's wall clock minus ours.
  virtual void clock_offset(Micros offset) = 0;
};

struct ReactorOptions {
  CaptureOptions capture;
  Micros tick = millis(80);  // flowing sources are read this often: rarer is cheaper, and later
  int opening_most = 64;
  int opening_per_host = 16;
  Micros first_retry = millis(500);
  Micros last_retry = seconds(30);
};

class Reactor {
 public:
  explicit Reactor(ReactorOptions options);
  ~Reactor();  // leaves every source
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  // Follows a source until leave(); `follower` must live that long. Any thread.
  // Errors: invalid_argument (no usable RTSP address, TLS roots unreadable).
  Result<std::uint64_t> follow(const std::string& url, Follower& follower);
  // When it returns the follower is not called any more. Any thread but the reactor's own.
  void leave(std::uint64_t source);
  // CPU time of the reading thread.
  [[nodiscard]] Micros cpu() const;

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace xunjie::watch::receive
