#include "bench/watch/watch_bench.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <ctime>
#include <memory>
#include <span>

#include "watch/camera_json.h"
#include "watch/capture.h"
#include "watch/decode.h"
#include "watch/offline.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace xunjie::bench {
namespace {

double thread_cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

ports::CameraConfig whole_picture() {
  ports::CameraConfig camera;
  camera.id = domain::CameraId("bench");
  camera.name = "bench";
  camera.kind = "fixed";
  ports::Zone zone;
  zone.id = domain::ZoneId("all");
  zone.polygon = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  zone.watch = {{domain::ViolationKindId("store_overflow"), seconds(180)}};
  camera.zones = {zone};
  return camera;
}

struct DecodeAll {
  double cpu_s = 0, media_s = 0;
  int width = 0, height = 0;
  std::string codec;
};

Result<DecodeAll> decode_all(const std::string& source) {
  const std::atomic<bool> never{false};
  const double begun = thread_cpu_s();
  XUNJIE_TRY(capture, watch::Capture::open(source, {}, never));
  XUNJIE_TRY(decoder, watch::Decoder::open(capture->stream()));
  DecodeAll out;
  out.width = capture->stream().codec->width;
  out.height = capture->stream().codec->height;
  out.codec = avcodec_get_name(capture->stream().codec->codec_id);
  while (true) {
    XUNJIE_TRY(packet, capture->read());
    if (!packet) break;
    out.media_s = std::max(out.media_s, packet->media.seconds());
    if (!decoder.decode_run(std::span(&*packet, 1)).ok()) continue;  // the codec's delay, or damage
  }
  out.cpu_s = thread_cpu_s() - begun;
  return out;
}

}  // namespace

Result<std::string> run_watch_bench(const std::string& source, const std::string& camera_file) {
  ports::CameraConfig camera = whole_picture();
  if (!camera_file.empty()) {
    XUNJIE_TRY(read, watch::camera_from_file(camera_file));
    camera = read;
  }
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> nowhere(std::fopen("/dev/null", "w"),
                                                          &std::fclose);
  if (!nowhere) return make_error(ErrorCode::unavailable, "cannot write findings nowhere");
  const double begun = thread_cpu_s();
  XUNJIE_TRY(stats, watch::watch_recording(camera, source, {}, {}, nowhere.get()));
  const double watching = thread_cpu_s() - begun;
  XUNJIE_TRY(all, decode_all(source));
  const double hours = std::max(1e-9, all.media_s / 3600);
  const double ours = watching / hours, theirs = all.cpu_s / hours;
  std::array<char, 512> text{};
  std::snprintf(
      text.data(), text.size(),
      "{\"cpu_s_per_camera_hour\":%.2f,\"decode_all_cpu_s_per_camera_hour\":%.2f,\"ratio\":%.1f,"
      "\"looks\":%d,\"media_s\":%.1f,\"width\":%d,\"height\":%d,\"codec\":\"%s\"}",
      ours, theirs, theirs / std::max(1e-9, ours), stats.looks, all.media_s, all.width, all.height,
      all.codec.c_str());
  return std::string(text.data());
}

}  // namespace xunjie::bench
