#include "drives.h"

#include <cstdio>
#include <cstdlib>

#include "watch/vehicle/distance_clock.h"
#include "watch/vehicle/nmea.h"
#include "watch/vehicle/track.h"

namespace xunjie::accuracy {
namespace {

namespace vehicle = watch::vehicle;

constexpr UtcMicros kStart{1'772'416'800'000'000};  // 2026-03-02T02:00:00Z, 10:00 in Shanghai
constexpr double kAspect = 16.0 / 9;
constexpr double kTick = 0.1;

vehicle::Mounting as_mounted(std::mt19937& random) {
  std::normal_distribution<double> unit(0, 1);
  vehicle::Mounting out = test_mounting();
  out.height_m += 0.03 * unit(random);
  out.yaw_deg += 0.7 * unit(random);
  out.pitch_deg += 0.3 * unit(random);
  return out;
}

class Run {
 public:
  explicit Run(const DriveTestOptions& options)
      : options_(options),
        world_(with_rounds(options)),
        tally_(world_),
        drive_(test_camera_on_car(), test_mounting(), world_.plane(), world_.frontages(), {}),
        random_(options.world.seed * 17 + 3),
        mounting_(as_mounted(random_)) {}

  Figures figures() {
    for (int round = 0; round < options_.rounds; ++round) {
      one(round, false);
      one(round, true);
    }
    return tally_.figures();
  }

 private:
  static WorldOptions with_rounds(const DriveTestOptions& options) {
    WorldOptions world = options.world;
    world.rounds = options.rounds;
    return world;
  }

  void one(int round, bool back) {
    CarSim car(world_, round, back, mounting_, options_.noise, static_cast<unsigned>(random_()));
    const UtcMicros start = kStart + minutes(30 * round + (back ? 12 : 0));
    std::vector<vehicle::Fix> fixes;
    vehicle::NmeaReader reader;
    reader.feed(car.nmea(start), fixes);
    reader.finish(fixes);
    const vehicle::Track track(fixes, world_.plane(), {});
    tally_.begin(round, back);
    vehicle::DistanceClock clock({});
    for (double t = 0; t < car.seconds(); t += kTick) {
      const UtcMicros at = start + Micros{static_cast<std::int64_t>(t * 1e6)};
      const auto pose = track.pose_at(at);
      if (!clock.due(at, pose)) continue;
      clock.looked(at, pose);
      look(car, t, at, pose, round);
    }
    for (const auto& report : drive_.finish()) tally_.report(report, round);
    tally_.end(world_.length_m());
  }

  void look(CarSim& car, double t, UtcMicros at, const std::optional<vehicle::Pose>& pose,
            int round) {
    const auto picture = car.picture(t, kAspect);
    std::vector<int> truth;
    vehicle::VehicleLook look{at, kAspect, true, car.detect(picture, truth)};
    tally_.look(at, std::move(truth), picture);
    for (const auto& report : drive_.look(look, pose)) tally_.report(report, round);
  }

  DriveTestOptions options_;
  StreetWorld world_;
  Tally tally_;
  vehicle::Drive drive_;
  std::mt19937 random_;
  vehicle::Mounting mounting_;
};

}  // namespace

ports::CameraConfig test_camera_on_car() {
  ports::CameraConfig camera;
  camera.id = domain::CameraId("car-01");
  camera.name = "巡查车";
  camera.kind = "vehicle";
  ports::Zone zone;
  zone.id = domain::ZoneId("right");
  zone.polygon = {{0, 0.3}, {1, 0.3}, {1, 1}, {0, 1}};
  zone.watch = {{domain::ViolationKindId("store_overflow"), seconds(600)},
                {domain::ViolationKindId("goods_on_pavement"), seconds(600)},
                {domain::ViolationKindId("street_vending"), seconds(3)},
                {domain::ViolationKindId("illegal_signboard"), seconds(600)}};
  camera.zones = {zone};
  return camera;
}

// As configured; the true one differs by what a tape measure and a careful eye get wrong.
watch::vehicle::Mounting test_mounting() {
  return {.height_m = 1.9, .yaw_deg = 45, .pitch_deg = 4, .hfov_deg = 90};
}

Figures drive_geometrically(const DriveTestOptions& options) {
  return Run(options).figures();
}

}  // namespace xunjie::accuracy
