#include "live.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include <boost/json.hpp>
#include <opencv2/core/utility.hpp>

#include "control.h"
#include "server.h"

namespace xunjie::street {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

struct Live {
  std::vector<std::unique_ptr<Camera>> cameras;
  Clock::time_point start = Clock::now();
  Camera::WallTime wall = std::chrono::system_clock::now();
  std::atomic<bool> stopping{false};

  [[nodiscard]] double now() const {
    return std::chrono::duration<double>(Clock::now() - start).count();
  }
};

std::string answer(Live& live, const std::string& line) {
  const auto command = parse_command(line);
  if (!command.ok()) return error_reply(command.error());
  if (command->state) {
    std::vector<CameraState> states;
    for (const auto& c : live.cameras) states.push_back({c->scene().id, c->standing()});
    return state_reply(states, live.wall, live.now());
  }
  for (const auto& c : live.cameras) {
    if (c->scene().id != command->camera) continue;
    const auto done = c->order(command->order, live.now());
    return done.ok() ? accepted_reply(*command) : error_reply(done.error());
  }
  return error_reply(
      make_error(ErrorCode::invalid_argument, "camera: there is no " + command->camera, "camera"));
}

// Composes, encodes and publishes one camera's pictures, evenly spaced; late ones are skipped.
void film(Live& live, size_t index, Encoder& encoder, Server& server, const VideoFormat& format) {
  Camera& camera = *live.cameras[index];
  const auto period = std::chrono::duration<double>(1.0 / format.frames_per_second);
  // The cameras take turns, so that their work does not fall into the same instant.
  const auto shift =
      period * (static_cast<double>(index) / static_cast<double>(live.cameras.size()));
  int64_t frame = 0;
  while (!live.stopping) {
    const auto due = live.start + std::chrono::duration_cast<Clock::duration>(
                                      shift + period * static_cast<double>(frame));
    if (Clock::now() > due + period) {
      frame = static_cast<int64_t>(live.now() * format.frames_per_second) + 1;
      continue;
    }
    std::this_thread::sleep_until(due);
    const double now = static_cast<double>(frame) / format.frames_per_second;
    const auto picture = camera.compose(now, std::chrono::system_clock::now());
    if (!picture.ok()) {
      std::cerr << camera.scene().id << ": " << picture.error().message << "\n";
      return;
    }
    auto packet = encoder.encode(**picture, frame);
    if (!packet.ok()) {
      std::cerr << camera.scene().id << ": " << packet.error().message << "\n";
      return;
    }
    server.publish(index, std::make_shared<const Packet>(std::move(packet).value()));
    ++frame;
  }
}

// Written beside and renamed, so that a reader never sees half a file.
Result<void> write_ports(const std::string& file, const Live& live, const Server& server) {
  json::object cameras;
  for (size_t i = 0; i < live.cameras.size(); ++i)
    cameras[live.cameras[i]->scene().id] = server.ports()[i];
  const std::string text =
      json::serialize(json::object{{"control", server.control_port()}, {"cameras", cameras}});
  std::cout << text << std::endl;
  if (file.empty()) return {};
  std::error_code ec;
  {
    std::ofstream out(file + ".part");
    out << text << "\n";
    if (!out.flush())
      return make_error(ErrorCode::invalid_argument, file + " cannot be written", "--port-file");
  }
  std::filesystem::rename(file + ".part", file, ec);
  if (ec) return make_error(ErrorCode::invalid_argument, file + ": " + ec.message(), "--port-file");
  return {};
}

}  // namespace

Result<std::unique_ptr<District>> load_district(const std::string& folder,
                                                const std::string& only_camera) {
  cv::setNumThreads(1);
  auto district = std::make_unique<District>();
  XUNJIE_TRY(scenes, load_scenes(folder, only_camera));
  district->scenes = std::move(scenes);
  XUNJIE_TRY(atlas, load_atlas(std::filesystem::path(folder) / "atlas"));
  district->atlas = std::move(atlas);
  return district;
}

Result<std::unique_ptr<Camera>> make_camera(const District& district, const Scene& scene,
                                            unsigned seed) {
  std::unique_ptr<Footage> footage;
  if (!scene.video.empty()) {
    XUNJIE_TRY(file, find_footage(scene.video));
    XUNJIE_TRY(opened, Footage::open(file));
    footage = std::move(opened);
  }
  unsigned mixed = seed * 1000003u;
  for (const char c : scene.id) mixed = mixed * 31u + static_cast<unsigned char>(c);
  return std::make_unique<Camera>(scene, district.atlas, std::move(footage), mixed);
}

VideoFormat format_of(const Scene& scene, int frames_per_second) {
  VideoFormat format;
  format.size = scene.size;
  format.frames_per_second = frames_per_second;
  format.kilobits = scene.size.width >= 1280 ? 1700 : 1200;
  return format;
}

Result<void> serve(const District& district, const LiveOptions& options, int stop_fd) {
  Live live;
  std::vector<VideoFormat> formats;
  std::vector<std::unique_ptr<Encoder>> encoders;
  for (const auto& scene : district.scenes) {
    XUNJIE_TRY(camera, make_camera(district, scene, options.seed));
    live.cameras.push_back(std::move(camera));
    formats.push_back(format_of(scene, options.fps));
    XUNJIE_TRY(encoder, Encoder::open(formats.back()));
    encoders.push_back(std::move(encoder));
  }
  XUNJIE_TRY(server,
             Server::listen(formats, options.base_port, options.control_port,
                            [&live](const std::string& line) { return answer(live, line); }));
  XUNJIE_TRY_VOID(write_ports(options.port_file, live, *server));
  live.start = Clock::now();
  live.wall = std::chrono::system_clock::now();
  std::vector<std::thread> threads;
  for (size_t i = 0; i < live.cameras.size(); ++i) {
    threads.emplace_back([&, i] { film(live, i, *encoders[i], *server, formats[i]); });
  }
  server->run(stop_fd);
  live.stopping = true;
  for (auto& t : threads) t.join();
  return {};
}

}  // namespace xunjie::street
