// The people who look at one camera now. With nobody looking a packet costs one lock and nothing
// else.
//
// join() only puts a viewer on a list, so the thread that owns the sockets may call it; muxing and
// handing over happen on the camera's receiving thread. Bounds: kViewersMax per camera; what waits
// for a viewer is bounded by its sink, which then refuses and is let go. Thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ports/live_video.h"
#include "watch/gop_ring.h"
#include "watch/live_film.h"

namespace xunjie::watch {

class LiveFan {
 public:
  static constexpr std::size_t kViewersMax = 8;
  static constexpr std::size_t kBacklogMax = 2u
                                             << 20;  // a longer group: wait for the next keyframe

  ~LiveFan() { close(); }

  // On the receiving thread, after the packet went into the ring.
  void push(const Packet& packet, const StreamInfo& stream, const GopRing& ring);
  // The source is lost or connects anew, or the camera goes: every film ends.
  void close();

  // Errors as ports::LiveVideo.
  Result<std::string> codec(const GopRing& ring) const;
  // The film begins with the next packet; the newest group of the ring comes first, so that there
  // is a picture at once. Errors: unavailable (too many).
  Result<void> join(std::shared_ptr<ports::VideoSink> sink);
  // Those whose film runs.
  [[nodiscard]] std::size_t viewers() const;

 private:
  struct Viewer {
    std::shared_ptr<ports::VideoSink> sink;
    std::unique_ptr<LiveFilm> film;  // null until a keyframe came
    std::uint64_t last = 0;          // number of the newest packet given
  };
  // False: the viewer is done with.
  bool give(Viewer& viewer, const Packet& packet) const;
  void admit(const GopRing& ring);
  std::vector<std::shared_ptr<ports::VideoSink>> take_joining();

  mutable std::mutex mutex_;  // taken before joining_mutex_
  std::optional<StreamInfo> stream_;
  std::vector<Viewer> viewers_;
  mutable std::mutex joining_mutex_;
  std::vector<std::shared_ptr<ports::VideoSink>> joining_;
  std::size_t present_ = 0;  // viewers_, as join() may see them
};

}  // namespace xunjie::watch
