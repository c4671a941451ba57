// A camera's own video as it comes in, for people who look now. Nothing is decoded or encoded.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "domain/ids.h"

namespace xunjie::ports {

// One viewer's film, in pieces that follow each other. push() is called from the camera's receiving
// thread and must not block; false: the viewer is gone or too slow and gets no more.
class VideoSink {
 public:
  virtual ~VideoSink() = default;
  virtual bool push(std::shared_ptr<const std::string> bytes) = 0;
  virtual void close() = 0;  // the film is over; may be called more than once
};

class LiveVideo {
 public:
  virtual ~LiveVideo() = default;
  // What a player must be told, "avc1.64001f". Errors: not_found (no such camera),
  // not_allowed_in_state (privacy masks, or a codec that is not H.264; the message is for people),
  // unavailable (nothing comes in now).
  virtual Result<std::string> live_codec(const domain::CameraId& camera) = 0;
  // Fragmented MP4 from a keyframe on, until the sink refuses, or close() when the camera changes,
  // connects anew or goes. Errors: as above, and unavailable when the viewers are too many.
  virtual Result<void> join_live(const domain::CameraId& camera,
                                 std::shared_ptr<VideoSink> sink) = 0;
};

}  // namespace xunjie::ports
