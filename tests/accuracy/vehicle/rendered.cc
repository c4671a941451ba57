#include "rendered.h"

#include <cstdio>
#include <fstream>
#include <memory>

#include <boost/json.hpp>

#include "painter.h"
#include "watch/vehicle/nmea.h"
#include "watch/vehicle/recorded_drive.h"

namespace xunjie::accuracy {
namespace {

namespace json = boost::json;
namespace vehicle = watch::vehicle;

json::object position_of(const domain::LonLat& at) {
  return {{"lon", at.lon}, {"lat", at.lat}};
}

class RenderedRun {
 public:
  explicit RenderedRun(const RenderedOptions& options)
      : options_(options),
        world_(options.drive.world),
        painter_(options.scenes, options.width, options.height),
        tally_(world_),
        drive_(test_camera_on_car(), test_mounting(), world_.plane(), world_.frontages(), {}) {}

  Result<Figures> figures() {
    if (!painter_.ready())
      return make_error(ErrorCode::unavailable, "scenes: no sprites in " + options_.scenes);
    write_street();
    for (int i = 0; i < options_.drives; ++i) XUNJIE_TRY_VOID(one(i));
    return tally_.figures();
  }

 private:
  [[nodiscard]] double aspect() const {
    return static_cast<double>(options_.width) / options_.height;
  }

  // For whoever judges the same drives by other means: the shops, and what stands where and when.
  void write_street() const {
    json::array shops, things;
    for (const auto& shop : world_.frontages()) {
      shops.push_back(json::object{{"shop", shop.id.value},
                                   {"position", position_of(shop.position)},
                                   {"frontage_m", shop.frontage_m},
                                   {"faces_deg", *shop.faces_deg}});
    }
    for (const auto& thing : world_.things()) {
      things.push_back(json::object{{"id", thing.id},
                                    {"label", thing.label},
                                    {"shop", thing.shop},
                                    {"side", thing.side > 0 ? "right" : "left"},
                                    {"position", position_of(world_.plane().to_world(thing.at))},
                                    {"from_round", thing.from_round},
                                    {"until_round", thing.until_round}});
    }
    std::ofstream(options_.folder + "/street.json")
        << json::serialize(json::object{{"frontages", shops}, {"things", things}}) << "\n";
  }

  Result<void> write(const CarSim& car, const std::string& file, double light) {
    const std::string command =
        "ffmpeg -loglevel error -y -f rawvideo -pix_fmt bgr24 -s " +
        std::to_string(options_.width) + "x" + std::to_string(options_.height) + " -r " +
        std::to_string(options_.fps) +
        " -i - -c:v libx264 -preset superfast -bf 2 -crf 20 -g 20 '" + file + "'";
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "w"), &::pclose);
    if (!pipe) return make_error(ErrorCode::unavailable, "ffmpeg: cannot be started");
    for (int i = 0; i / static_cast<double>(options_.fps) < car.seconds(); ++i) {
      const double t = static_cast<double>(i) / options_.fps;
      const cv::Mat picture = painter_.paint(car.picture(t, aspect()), car.pose(t).s, light);
      if (std::fwrite(picture.data, 1, picture.total() * 3, pipe.get()) != picture.total() * 3)
        return make_error(ErrorCode::unavailable, "ffmpeg: ended early");
    }
    return {};
  }

  Result<void> one(int number) {
    CarSim car(world_, number, false, test_mounting(), options_.drive.noise,
               options_.drive.world.seed * 31 + static_cast<unsigned>(number));
    const std::string file = options_.folder + "/drive-" + std::to_string(number) + ".mp4";
    XUNJIE_TRY_VOID(write(car, file, number % 2 == 0 ? 1.0 : 0.85));
    const UtcMicros start = UtcMicros{1'772'416'800'000'000} + minutes(30 * number);
    const std::string sentences = car.nmea(start);
    std::ofstream(options_.folder + "/drive-" + std::to_string(number) + ".nmea") << sentences;
    std::vector<vehicle::Fix> fixes;
    vehicle::NmeaReader reader;
    reader.feed(sentences, fixes);
    reader.finish(fixes);
    const vehicle::Track track(fixes, world_.plane(), {});
    tally_.begin(number, false);
    const vehicle::Detect detect = [&](const cv::Mat&, Micros media) {
      const auto picture = car.picture(media.seconds(), aspect());
      std::vector<int> truth;
      auto found = car.detect(picture, truth);
      for (auto& d : found) d.appearance.clear();  // to be measured in the picture
      tally_.look(start + media, std::move(truth), picture);
      return std::optional(std::move(found));
    };
    const vehicle::DriveEars ears{[&](const auto& report) { tally_.report(report, number); },
                                  [](ports::CameraState, UtcMicros) {}};
    XUNJIE_TRY_VOID(vehicle::judge_recording(drive_, track, {}, file, start, {}, detect, ears));
    tally_.end(world_.length_m());
    return {};
  }

  RenderedOptions options_;
  StreetWorld world_;
  Painter painter_;
  Tally tally_;
  vehicle::Drive drive_;
};

}  // namespace

Result<Figures> drive_rendered(const RenderedOptions& options) {
  return RenderedRun(options).figures();
}

}  // namespace xunjie::accuracy
