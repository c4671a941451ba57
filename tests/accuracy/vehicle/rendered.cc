#include "rendered.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "watch/vehicle/nmea.h"
#include "watch/vehicle/recorded_drive.h"

namespace xunjie::accuracy {
namespace {

namespace vehicle = watch::vehicle;

constexpr const char* kSprites[] = {"cam-01/goods-1",   "cam-01/goods-2",     "cam-02/pile-1",
                                    "cam-03/stall-1",   "cam-04/goods-1",     "cam-05/stall-1",
                                    "cam-05/outside-1", "cam-05/permitted-1", "cam-06/pile-1"};

struct Sprite {
  cv::Mat bgr, alpha;
};

// Each thing its own: a rendered sprite, mirrored and dyed by its number.
class Painter {
 public:
  explicit Painter(const RenderedOptions& options) : options_(options) {
    for (const char* name : kSprites) {
      const cv::Mat read = cv::imread(options.scenes + "/" + name + ".png", cv::IMREAD_UNCHANGED);
      if (read.channels() != 4) continue;
      Sprite sprite;
      cv::extractChannel(read, sprite.alpha, 3);
      cv::cvtColor(read, sprite.bgr, cv::COLOR_BGRA2BGR);
      const cv::Rect solid = cv::boundingRect(sprite.alpha > 128);
      sprites_.push_back({sprite.bgr(solid).clone(), sprite.alpha(solid).clone()});
    }
    cv::RNG random(5);
    texture_.create(options.height, options.width, CV_8UC3);
    cv::Mat grain(options.height, options.width, CV_16SC3);
    random.fill(grain, cv::RNG::NORMAL, 0, 22);
    cv::GaussianBlur(grain, grain, cv::Size(), 2);
    cv::Mat street(options.height, options.width, CV_16SC3, cv::Scalar(118, 122, 126));
    street.rowRange(0, options.height * 2 / 5).setTo(cv::Scalar(150, 160, 165));
    cv::Mat(street + grain).convertTo(texture_, CV_8UC3);
  }

  [[nodiscard]] bool ready() const { return !sprites_.empty(); }

  // Farthest first; the ground's pattern moves with the way, so that no two pictures are alike.
  cv::Mat paint(const std::vector<TrueBox>& picture, double way_m, double light) {
    const int shift = static_cast<int>(way_m * 40) % options_.width;
    cv::Mat out(texture_.size(), CV_8UC3);
    texture_.colRange(shift, options_.width).copyTo(out.colRange(0, options_.width - shift));
    if (shift > 0)
      texture_.colRange(0, shift).copyTo(out.colRange(options_.width - shift, options_.width));
    for (auto box = picture.rbegin(); box != picture.rend(); ++box) put(*box, out);
    out.convertTo(out, -1, light);
    return out;
  }

 private:
  void put(const TrueBox& what, cv::Mat& out) const {
    const cv::Rect r(static_cast<int>(what.box.x * out.cols),
                     static_cast<int>(what.box.y * out.rows),
                     std::max(1, static_cast<int>(what.box.w * out.cols)),
                     std::max(1, static_cast<int>(what.box.h * out.rows)));
    const cv::Rect in = r & cv::Rect(0, 0, out.cols, out.rows);
    if (in.empty()) return;
    if (what.thing == 0) {
      out(in).setTo(what.label == "vehicle" ? cv::Scalar(170, 165, 160) : cv::Scalar(60, 70, 90));
      return;
    }
    const auto number = static_cast<std::size_t>(what.thing);
    const Sprite& sprite = sprites_[number % sprites_.size()];
    cv::Mat thing, mask;
    cv::resize(sprite.bgr, thing, r.size(), 0, 0, cv::INTER_AREA);
    cv::resize(sprite.alpha, mask, r.size(), 0, 0, cv::INTER_AREA);
    if (number / sprites_.size() % 2 == 1) {
      cv::flip(thing, thing, 1);
      cv::flip(mask, mask, 1);
    }
    cv::RNG dye(number * 977 + 1);
    cv::multiply(
        thing,
        cv::Scalar(dye.uniform(0.55, 1.25), dye.uniform(0.55, 1.25), dye.uniform(0.55, 1.25)),
        thing);
    const cv::Rect part(in.tl() - r.tl(), in.size());
    thing(part).copyTo(out(in), mask(part) > 128);
  }

  RenderedOptions options_;
  std::vector<Sprite> sprites_;
  cv::Mat texture_;
};

class RenderedRun {
 public:
  explicit RenderedRun(const RenderedOptions& options)
      : options_(options),
        world_(options.drive.world),
        painter_(options),
        tally_(world_),
        drive_(test_camera_on_car(), test_mounting(), world_.plane(), world_.frontages(), {}) {}

  Result<Figures> figures() {
    if (!painter_.ready())
      return make_error(ErrorCode::unavailable, "scenes: no sprites in " + options_.scenes);
    for (int i = 0; i < options_.drives; ++i) XUNJIE_TRY_VOID(one(i));
    return tally_.figures();
  }

 private:
  [[nodiscard]] double aspect() const {
    return static_cast<double>(options_.width) / options_.height;
  }

  Result<void> write(const CarSim& car, const std::string& file, double light) {
    const std::string command = "ffmpeg -loglevel error -y -f rawvideo -pix_fmt bgr24 -s " +
                                std::to_string(options_.width) + "x" +
                                std::to_string(options_.height) + " -r " +
                                std::to_string(options_.fps) +
                                " -i - -c:v libx264 -preset ultrafast -crf 20 -g 20 '" + file + "'";
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
    std::vector<vehicle::Fix> fixes;
    vehicle::NmeaReader reader;
    reader.feed(car.nmea(start), fixes);
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
