// Whole drives through the watcher, with truth: figures of one seed.
#pragma once

#include "tally.h"

namespace xunjie::accuracy {

struct DriveTestOptions {
  WorldOptions world;
  NoiseOptions noise;
  int rounds = 4;  // each out and back, half an hour apart
};

// The camera of the simulated car, as its CAMERA.json would say.
ports::CameraConfig test_camera_on_car();
watch::vehicle::Mounting test_mounting();

// Noisy boxes instead of pictures: the geometry, the track and the judgement.
Figures drive_geometrically(const DriveTestOptions& options);

}  // namespace xunjie::accuracy
