// Serves the cameras: one TCP port a camera for MPEG-TS, one port for control, one thread for all
// sockets. Every viewer has its own muxer and starts at a keyframe. A viewer that falls more than
// kMostWaiting bytes behind is dropped; a control line longer than 4 KiB drops its sender.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "encoder.h"

namespace xunjie::street {

class Server {
 public:
  static constexpr size_t kMostWaiting = 4u << 20;
  static constexpr size_t kMostViewers = 64;  // a camera
  using Answer = std::function<std::string(const std::string& line)>;

  // Listens on 127.0.0.1. Port 0 = any free one. `answer` runs on the socket thread.
  static Result<std::unique_ptr<Server>> listen(const std::vector<VideoFormat>& cameras,
                                                int base_port, int control_port, Answer answer);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] const std::vector<int>& ports() const { return ports_; }
  [[nodiscard]] int control_port() const { return control_port_; }

  // Any thread: hands a packet of camera `index` to its viewers.
  void publish(size_t index, std::shared_ptr<const Packet> packet);

  // Turns the sockets until `stop_fd` becomes readable.
  void run(int stop_fd);

 private:
  struct Viewer {
    int fd;
    size_t camera;
    std::unique_ptr<Muxer> muxer;
    std::string waiting;
    bool started = false;
    bool dead = false;
  };
  struct Talker {
    int fd;
    std::string in, out;
    bool dead = false;
  };
  Server(std::vector<VideoFormat> cameras, Answer answer);
  Result<int> open_port(int port, int* chosen);
  void accept_viewer(size_t camera);
  void accept_talker();
  void deliver();
  void talk(Talker& talker);

  std::vector<VideoFormat> formats_;
  Answer answer_;
  std::vector<int> listeners_;
  std::vector<int> ports_;
  int control_listener_ = -1;
  int control_port_ = 0;
  int wake_fd_ = -1;
  std::list<Viewer> viewers_;
  std::list<Talker> talkers_;
  std::mutex mutex_;  // guards inbox_
  std::vector<std::pair<size_t, std::shared_ptr<const Packet>>> inbox_;
};

}  // namespace xunjie::street
