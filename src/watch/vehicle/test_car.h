// A patrol car for tests, over real sockets: its way along a road, its receiver speaking NMEA 0183
// over TCP, its camera's recording sent at the pace it was taken, and a detector that knows what
// stands by the road. The recording carries the number of each picture as squares of black and
// white, so the detector can tell when a picture was taken.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <opencv2/core.hpp>

#include "ports/car_camera.h"
#include "ports/detector.h"
#include "watch/test_listener.h"
#include "watch/vehicle/plane.h"

namespace xunjie::watch::vehicle {

// North along a straight road: parked, then `mps` for `moving_s`, then parked again.
struct Road {
  double parked_s = 1.5, moving_s = 8, mps = 6;
  [[nodiscard]] double speed(double t) const;
  [[nodiscard]] double way(double t) const;
};

constexpr domain::LonLat kRoadBegin{121.5055, 31.2825};
const ports::Mounting kCarMounting{.height_m = 1.9, .yaw_deg = 45, .pitch_deg = 4, .hfov_deg = 90};
constexpr int kCarFps = 10;

// Writes `seconds` of video for the camera; false on failure.
bool write_drive(const std::string& path, double seconds);
// The number of the picture; nullopt: no squares.
std::optional<int> number_in(const ports::PictureView& picture);

// A stall `where` metres east and north of the road's beginning, as the camera sees it.
class StallDetector final : public ports::Detector {
 public:
  StallDetector(const Road& road, Metres2 where);
  Result<std::vector<std::vector<ports::Detection>>> detect(
      std::span<const ports::DetectorAsk> asks) override;
  [[nodiscard]] const ports::DetectorInfo& info() const override { return info_; }

  std::atomic<bool> there{true};
  std::atomic<int> asked{0};

 private:
  Road road_;
  Metres2 where_;
  ports::DetectorInfo info_;
};

// Sends the recording to each caller, every packet at its time.
class CarVideo {
 public:
  explicit CarVideo(const std::string& path);
  ~CarVideo();
  CarVideo(const CarVideo&) = delete;
  CarVideo& operator=(const CarVideo&) = delete;
  [[nodiscard]] std::string url() const { return listener_.url(); }
  // Seconds since the first picture was sent to the first caller; nullopt: nobody called yet.
  [[nodiscard]] std::optional<double> age() const;

 private:
  struct Piece {
    double at = 0;
    std::string bytes;
  };
  void serve();
  Listener listener_;
  std::vector<Piece> pieces_;
  std::atomic<bool> stop_{false};
  std::atomic<std::int64_t> begun_us_{0};
  std::thread thread_;
};

// The receiver: where the car is by the video's clock, five times a second; at the road's beginning
// until the video runs.
class CarReceiver {
 public:
  CarReceiver(const Road& road, const CarVideo& video, int port = 0);
  ~CarReceiver();
  CarReceiver(const CarReceiver&) = delete;
  CarReceiver& operator=(const CarReceiver&) = delete;
  [[nodiscard]] std::string url() const { return listener_.url(); }
  [[nodiscard]] int port() const { return listener_.port(); }

  std::atomic<int> sent{0};         // fixes
  std::atomic<bool> held{false};    // stays at the road's beginning, and drives off when let go
  std::atomic<bool> no_fix{false};  // speaks, but has no position
  std::atomic<double> ahead_s{0};   // its clock's error

 private:
  void serve();
  [[nodiscard]] std::string sentence();
  Road road_;
  double held_s_ = 0;
  const CarVideo& video_;
  Listener listener_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace xunjie::watch::vehicle
