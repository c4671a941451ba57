// Encoded video for tests, made with libavcodec's MPEG-4 encoder (always there) or another by name.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

namespace xunjie::watch {

struct TestVideo {
  std::string format = "mpegts";  // or mp4, avi
  int width = 320, height = 240, fps = 10, gop = 10;
  double seconds = 20;
  std::string encoder = "mpeg4";  // or libx264
  std::vector<double> keys = {};  // seconds at which a keyframe is forced
};

// Writes the file; `draw` paints grey frame `i` (already holding the textured street). False on
// failure.
bool write_video(const std::string& path, const TestVideo& video,
                 const std::function<void(cv::Mat&, double)>& draw = {});

// A box of another texture.
void put_box(cv::Mat& frame, const cv::Rect& where, int variant = 1);

}  // namespace xunjie::watch
