// Where cars are, live: the fixes of one NMEA sender, read for as long as somebody follows it.
//
// All cameras of one car share one connection, for many receivers serve a single caller. A lost
// connection is tried again with pauses that double from first_retry to last_retry, each drawn
// between half and all of itself. Bound: the newest kMostFixes fixes; the oldest go.
//
// Threads: one per sender. Ears are called from it with no lock held and must not make it wait.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "watch/vehicle/nmea.h"

namespace xunjie::watch::vehicle {

class NmeaStream;

struct FeedOptions {
  Micros connect = seconds(5);
  Micros silence = seconds(15);  // then the connection is given up and made anew
  Micros first_retry = millis(500);
  Micros last_retry = seconds(30);
};

enum class FeedState {
  connecting,  // not connected
  silent,      // connected, and nothing readable came yet
  no_fix,      // the receiver speaks, and has no position
  flowing,
};

class TrackEar {
 public:
  virtual ~TrackEar() = default;
  virtual void track_changed() = 0;  // fixes came, or the state is another
};

class TrackFeed {
 public:
  static constexpr std::size_t kMostFixes = 2048;

  TrackFeed(std::string source, const FeedOptions& options);
  ~TrackFeed();  // within about 100 ms; not from an ear
  TrackFeed(const TrackFeed&) = delete;
  TrackFeed& operator=(const TrackFeed&) = delete;

  void follow(std::weak_ptr<TrackEar> ear);
  // The fixes after number `after`, which becomes the newest one's. Begin with 0.
  [[nodiscard]] std::vector<Fix> take(std::uint64_t& after) const;
  [[nodiscard]] FeedState state() const;

 private:
  void run();
  void read_from(NmeaStream& stream);
  bool pause(Micros span);
  void become(FeedState state);
  void tell();

  const std::string source_;
  const FeedOptions options_;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Fix> fixes_;
  std::uint64_t newest_ = 0;  // number of fixes_.back()
  FeedState state_ = FeedState::connecting;
  std::vector<std::weak_ptr<TrackEar>> ears_;
  std::thread thread_;  // last: it uses the rest
};

// The feeds of a watcher, by address. Thread-safe.
class TrackHub {
 public:
  explicit TrackHub(const FeedOptions& options) : options_(options) {}
  // Read until the last one lets go of it.
  std::shared_ptr<TrackFeed> feed(const std::string& source);

 private:
  const FeedOptions options_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<TrackFeed>> feeds_;
};

}  // namespace xunjie::watch::vehicle
