// A live camera's video: its source, tried again for as long as it is followed, the newest packets
// undecoded, and the people who look at it now. Nothing is judged here.
//
// An RTSP source is received by the watcher's reactor, any other by a thread of its own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "watch/capture.h"
#include "watch/gop_ring.h"
#include "watch/live_fan.h"
#include "watch/live_shared.h"

namespace xunjie::watch {

// Who judges what a source brings. Called on the receiving thread, which must not be made to wait.
class SourceEars {
 public:
  virtual ~SourceEars() = default;
  // Packets from now on have nothing to do with those before.
  virtual void opened(std::uint64_t opening) = 0;
  // A whole packet, already in the ring.
  virtual void took(Packet packet, const StreamInfo& stream, std::uint64_t opening) = 0;
  // Gone or unreadable; `message` is for people, without the address.
  virtual void lost(const std::string& message) = 0;
};

class CameraSource final : private receive::Follower {
 public:
  // `camera` and `ears` must outlive it.
  CameraSource(const ports::CameraConfig& camera, const Shared& shared, SourceEars& ears);
  ~CameraSource() override;  // stop()

  void start();
  // When it returns `ears` is not called any more. Any thread but the receiving one.
  void stop();

  [[nodiscard]] GopRing& ring() { return ring_; }
  // The camera's clock minus ours, as it last said.
  [[nodiscard]] std::optional<Micros> said_offset() const;
  // Errors: not_allowed_in_state (the camera has privacy masks) and as LiveFan.
  Result<std::string> live_codec();
  Result<void> join_live(std::shared_ptr<ports::VideoSink> sink);  // short: any thread
  void close_live() { live_.close(); }

 private:
  void packet(Packet packet, const StreamInfo& stream, bool opened) override;
  bool lost(const Error& error) override;
  void clock_offset(Micros offset) override { clock_offset_us_ = offset.count; }
  void receive();
  void receive_from(Capture& capture);
  bool pause(Micros span);
  void begin_opening();
  void take(Packet packet, const StreamInfo& stream);
  void note_damaged(const Packet& packet);
  [[nodiscard]] Result<void> may_show_live() const;

  const ports::CameraConfig& camera_;
  Shared shared_;
  SourceEars& ears_;
  GopRing ring_;
  LiveFan live_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
  std::optional<std::uint64_t> source_;                   // at the reactor
  std::atomic<std::int64_t> clock_offset_us_{INT64_MIN};  // INT64_MIN: not said
  std::uint64_t opening_ = 0;                             // the receiving thread's own
  UtcMicros last_whole_;                                  // the receiving thread's own
  std::mutex pause_mutex_;
  std::condition_variable pause_;
};

}  // namespace xunjie::watch
