// vehicle_accuracy [--seeds N] [--first SEED] [--each]
// vehicle_accuracy --rendered FOLDER [--scenes demo/scenes] [--drives 2]
// Drives a simulated car through a street with truth
// and prints one JSON object with the figures of `./dev accuracy`'s vehicle lines.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "drives.h"
#include "rendered.h"

namespace {

using xunjie::accuracy::DriveTestOptions;
using xunjie::accuracy::Figures;

int option(int argc, char** argv, const char* name, int otherwise) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], name) == 0) return std::atoi(argv[i + 1]);
  }
  return otherwise;
}

const char* text_option(int argc, char** argv, const char* name, const char* otherwise) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], name) == 0) return argv[i + 1];
  }
  return otherwise;
}

bool flag(int argc, char** argv, const char* name) {
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], name) == 0) return true;
  }
  return false;
}

Figures many(int first, int seeds, double drift_share, bool each) {
  Figures all;
  for (int seed = first; seed < first + seeds; ++seed) {
    DriveTestOptions options;
    options.world.seed = static_cast<unsigned>(seed);
    options.noise.drift_share = drift_share;
    const Figures one = xunjie::accuracy::drive_geometrically(options);
    if (each) std::fprintf(stderr, "seed %d: %s\n", seed, one.json().c_str());
    all.add(one);
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  if (const char* folder = text_option(argc, argv, "--rendered", nullptr)) {
    xunjie::accuracy::RenderedOptions options;
    options.folder = folder;
    options.scenes = text_option(argc, argv, "--scenes", "demo/scenes");
    options.drives = option(argc, argv, "--drives", 2);
    options.drive.world.rounds = options.drives;
    const auto figures = xunjie::accuracy::drive_rendered(options);
    if (!figures.ok()) {
      std::fprintf(stderr, "%s\n", figures.error().message.c_str());
      return 1;
    }
    std::printf("{\"rendered\":%s}\n", figures->json().c_str());
    return 0;
  }
  const int seeds = option(argc, argv, "--seeds", 20), first = option(argc, argv, "--first", 1);
  const bool each = flag(argc, argv, "--each");
  const Figures drifting = many(first, seeds, 0.8, each), white = many(first, seeds, 0, each);
  std::printf("{\"seeds\":%d,\"gps_error_m\":8,\"drifting\":%s,\"white\":%s}\n", seeds,
              drifting.json().c_str(), white.json().c_str());
  return 0;
}
