// One viewer's film: H.264 packets as they come, wrapped into fragmented MP4, a fragment a frame.
// Nothing is decoded or encoded. Not thread-safe.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "watch/media.h"

namespace xunjie::watch {

// "avc1.64001f" from the stream's headers, or from those inside a keyframe where the stream has
// none. Errors: not_allowed_in_state (not H.264; Chinese, for people), unavailable (no headers).
Result<std::string> live_codec_of(const StreamInfo& stream, const Packet* key);

class LiveFilm {
 public:
  // Errors: as live_codec_of. `key` is the keyframe the film starts on.
  static Result<std::unique_ptr<LiveFilm>> start(const StreamInfo& stream, const Packet& key);
  ~LiveFilm();
  LiveFilm(const LiveFilm&) = delete;
  LiveFilm& operator=(const LiveFilm&) = delete;

  // The bytes that go out now: at first the film's header, then mostly the frame before this one.
  // Errors: corrupt (the stream changed in a way one film cannot hold).
  Result<std::string> add(const Packet& packet);

 private:
  class Body;
  explicit LiveFilm(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace xunjie::watch
