// H.264 as a street camera sends it (x264, no delay, a keyframe every two seconds), and the two
// containers it goes into: MPEG-TS for a live viewer, MP4 for a recorded clip.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "base/result.h"

namespace xunjie::street {

struct VideoFormat {
  cv::Size size;
  int frames_per_second = 10;
  int kilobits = 1600;
  int keyframe_s = 2;
};

// One encoded picture, Annex B, parameter sets in front of every keyframe.
struct Packet {
  std::vector<uint8_t> data;
  int64_t frame = 0;  // number of the picture since the start; time = frame / frames_per_second
  bool key = false;
};

class Encoder {
 public:
  static Result<std::unique_ptr<Encoder>> open(const VideoFormat& format);
  virtual ~Encoder() = default;
  // Encodes an I420 picture; with no delay every picture gives one packet.
  virtual Result<Packet> encode(const cv::Mat& i420, int64_t frame) = 0;
};

class Muxer {
 public:
  using Write = std::function<void(const uint8_t*, size_t)>;
  // MPEG-TS handed to `write` as it arises, starting with PAT and PMT.
  static Result<std::unique_ptr<Muxer>> transport_stream(const VideoFormat& format, Write write);
  static Result<std::unique_ptr<Muxer>> mp4_file(const VideoFormat& format,
                                                 const std::string& path);
  virtual ~Muxer() = default;
  virtual Result<void> put(const Packet& packet) = 0;
  virtual Result<void> finish() = 0;
};

}  // namespace xunjie::street
