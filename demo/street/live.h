// The live program: one thread a camera composes and encodes at its pace, the server's thread
// turns the sockets.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "atlas.h"
#include "base/result.h"
#include "camera.h"
#include "encoder.h"
#include "scene.h"

namespace xunjie::street {

// Scenes and atlas, loaded.
struct District {
  std::vector<Scene> scenes;
  Atlas atlas;
};
Result<std::unique_ptr<District>> load_district(const std::string& folder,
                                                const std::string& only_camera = {});

// A camera of the district with its own seed made from the name, and footage if it needs some.
Result<std::unique_ptr<Camera>> make_camera(const District& district, const Scene& scene,
                                            unsigned seed);
VideoFormat format_of(const Scene& scene, int frames_per_second);

struct LiveOptions {
  int base_port = 0;
  int control_port = 0;
  std::string port_file;
  unsigned seed = 1;
  int fps = 8;
};

// Serves until `stop_fd` becomes readable.
Result<void> serve(const District& district, const LiveOptions& options, int stop_fd);

}  // namespace xunjie::street
