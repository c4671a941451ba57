// xunjie-demo-street: the cameras of the demonstration district as live H.264 over TCP, directed
// over a line protocol; or one camera recorded to a file at full speed.

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include <CLI/CLI.hpp>

#include "live.h"
#include "record.h"

namespace {

using xunjie::Error;
using xunjie::Result;
namespace street = xunjie::street;

int fail(const Error& error) {
  std::cerr << "xunjie-demo-street: " << (error.field.empty() ? "" : error.field + ": ")
            << error.message << "\n";
  return 2;
}

// Becomes readable when the program shall end: SIGTERM, SIGINT or, if asked for, stdin's end.
int stop_signal(bool until_stdin_closes) {
  sigset_t set;
  sigemptyset(&set);
  for (const int s : {SIGTERM, SIGINT, SIGUSR1}) sigaddset(&set, s);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  const int fd = signalfd(-1, &set, SFD_CLOEXEC);
  if (until_stdin_closes) {
    std::thread([] {
      char buffer[256];
      while (read(STDIN_FILENO, buffer, sizeof buffer) > 0) {
      }
      kill(getpid(), SIGUSR1);
    }).detach();
  }
  return fd;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Live street cameras of the demonstration district");
  street::LiveOptions live;
  street::RecordOptions record;
  std::string scenes = "demo/scenes", record_camera;
  bool until_stdin_closes = false;
  unsigned seed = 1;
  int fps = 8;
  app.add_option("--scenes", scenes, "Folder of the scenes and the atlas")->capture_default_str();
  app.add_option("--seed", seed, "Seed of passers-by and noise")->capture_default_str();
  app.add_option("--fps", fps, "Pictures a second")
      ->check(CLI::Range(2, 25))
      ->capture_default_str();
  app.add_option("--listen-base", live.base_port,
                 "Port of the first camera, the next follow; 0 = any free ones")
      ->check(CLI::Range(0, 65000));
  app.add_option("--control", live.control_port, "Port of the control protocol; 0 = any free one")
      ->check(CLI::Range(0, 65535));
  app.add_option("--port-file", live.port_file, "Where to write the ports as JSON once listening");
  app.add_flag("--until-stdin-closes", until_stdin_closes, "End when standard input ends");
  auto* rec =
      app.add_option("--record", record_camera, "Camera to record to a file instead of serving");
  app.add_option("--seconds", record.seconds, "Length of the recording")
      ->check(CLI::Range(1, 36000))
      ->needs(rec);
  app.add_option("--out", record.out, "MP4 file of the recording")->needs(rec);
  app.add_option("--script", record.script,
                 "Commands with times: \"20 place cam-01 goods-1;45 remove …\"")
      ->needs(rec);
  CLI11_PARSE(app, argc, argv);

  auto stage_set = street::load_district(scenes, record_camera);
  if (!stage_set.ok()) return fail(stage_set.error());
  if (!record_camera.empty()) {
    if (record.out.empty())
      return fail(xunjie::make_error(xunjie::ErrorCode::invalid_argument, "is required", "--out"));
    record.camera = record_camera;
    record.seed = seed;
    record.fps = fps;
    const auto done = street::record(*stage_set.value(), record);
    return done.ok() ? 0 : fail(done.error());
  }
  live.seed = seed;
  live.fps = fps;
  // Signals are blocked before any thread starts, so that all of them inherit it.
  const int stop_fd = stop_signal(until_stdin_closes);
  const auto done = street::serve(*stage_set.value(), live, stop_fd);
  return done.ok() ? 0 : fail(done.error());
}
