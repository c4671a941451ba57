#include "record.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>

#include "control.h"

namespace xunjie::street {
namespace {

// What the clock in a recorded picture starts from: fixed, so that a clip can be made again.
constexpr std::chrono::seconds kRecordedAt{1780275600};  // 2026-06-01 09:00:00 in Shanghai

Error refuse(const std::string& field, const std::string& why) {
  return make_error(ErrorCode::invalid_argument, why, field);
}

// Prints one JSON line whenever something begins to come, stands, begins to go or is gone: the
// truth that a test of the clip compares with.
void tell_changes(const Camera& camera, double now, std::map<std::string, Standing::Phase>& known) {
  std::map<std::string, Standing::Phase> current;
  for (const auto& s : camera.standing()) current[s.id] = s.phase;
  auto tell = [now](const std::string& id, const char* phase) {
    std::printf("{\"at\":%.2f,\"id\":\"%s\",\"phase\":\"%s\"}\n", now, id.c_str(), phase);
  };
  for (const auto& [id, phase] : current) {
    const auto before = known.find(id);
    if (before == known.end() || before->second != phase) tell(id, phase_name(phase));
  }
  for (const auto& [id, phase] : known) {
    if (!current.contains(id)) tell(id, "gone");
  }
  known = std::move(current);
}

}  // namespace

Result<void> record(const District& district, const RecordOptions& options) {
  const Scene* scene = nullptr;
  for (const auto& s : district.scenes) {
    if (s.id == options.camera) scene = &s;
  }
  if (scene == nullptr) return refuse("--record", "there is no camera " + options.camera);
  XUNJIE_TRY(script, parse_script(options.script));
  for (const auto& line : script) {
    if (line.command.camera != options.camera) {
      return refuse("--script", line.command.camera + " is not the camera being recorded");
    }
  }
  XUNJIE_TRY(camera, make_camera(district, *scene, options.seed));
  const VideoFormat format = format_of(*scene, options.fps);
  XUNJIE_TRY(encoder, Encoder::open(format));
  XUNJIE_TRY(muxer, Muxer::mp4_file(format, options.out));
  const auto frames = static_cast<int64_t>(std::llround(options.seconds * options.fps));
  size_t next = 0;
  std::map<std::string, Standing::Phase> known;
  for (int64_t i = 0; i < frames; ++i) {
    const double now = static_cast<double>(i) / options.fps;
    for (; next < script.size() && script[next].at <= now; ++next) {
      XUNJIE_TRY_VOID(camera->order(script[next].command.order, now));
    }
    const auto wall =
        Camera::WallTime(kRecordedAt) + std::chrono::milliseconds(std::llround(now * 1000));
    XUNJIE_TRY(picture, camera->compose(now, wall));
    tell_changes(*camera, now, known);
    XUNJIE_TRY(packet, encoder->encode(*picture, i));
    XUNJIE_TRY_VOID(muxer->put(packet));
  }
  return muxer->finish();
}

}  // namespace xunjie::street
