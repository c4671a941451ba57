// A car's camera while it drives: looks whose detections come later, the drive they make up, the
// evidence kept meanwhile, and what is to be told when a pass has ended.
//
// A look is put into the drive only when the track has settled around its time (`settle`), for a
// place of some seconds ago is known better than one of just now, and only in order. A pass also
// ends when nothing more came for `rest`: the car stands, or cannot be followed.
//
// No threads, no clock; items come out for the spool. What was seen standing and is no finding yet
// leaves its picture in FirstSights for the pass that makes it one. Bounds: kMostExpected looks,
// kMostAsked questions, and those of Drive and DriveShelf. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "ports/detector.h"
#include "watch/spool.h"
#include "watch/time_line.h"
#include "watch/vehicle/drive.h"
#include "watch/vehicle/drive_shelf.h"
#include "watch/vehicle/drive_state.h"
#include "watch/vehicle/first_sights.h"
#include "watch/vehicle/rolling_track.h"

namespace xunjie::watch::vehicle {

struct LiveDriveOptions {
  DriveOptions drive;
  Micros settle = seconds(15);
  Micros rest = minutes(2);
  // Then an asked look is answered cannot_see; below recheck_silence of data/violations.json, so
  // that it is the camera that says it.
  Micros patience = minutes(4);
  Micros detector_patience = seconds(30);  // then nobody looked at that picture
  Micros clip_around = seconds(3);         // video before and after the moment shown
  Micros first_sight = days(8);            // longer than any dwell: then its picture goes
};

// A model's classes as a drive takes them: what violates, and what passes by or parks.
DriveOptions drive_options(DriveOptions options, const ports::DetectorInfo& info);

class LiveDrive {
 public:
  static constexpr std::size_t kMostExpected = 256;
  static constexpr std::size_t kMostAsked = 64;

  // `camera` must have a car; it and `time` must outlive this.
  LiveDrive(const ports::CameraConfig& camera, domain::LonLat origin,
            const LiveDriveOptions& options, const TimeLine& time, FirstSights first_sights);

  [[nodiscard]] const Plane& plane() const { return plane_; }
  [[nodiscard]] DriveShelf& shelf() { return shelf_; }

  // No room for another look now: do not decode one.
  [[nodiscard]] bool full() const { return expected_.size() >= kMostExpected; }
  // A look whose detections will be told by answer(); an unsound one has none.
  std::uint64_t expect(const VehicleLook& look, UtcMicros now);
  // nullopt: nobody looked. A number no longer expected is passed over.
  void answer(std::uint64_t number, std::optional<std::vector<Detection>> detections);
  // Whether a picture may be needed as evidence: it shows something that may violate, or a place
  // somebody waits for a word about.
  [[nodiscard]] bool worth_keeping(const std::vector<Detection>& detections,
                                   const std::optional<View>& view) const;

  // What may be said by now; the ends of passes are among it when `passes` has grown.
  std::vector<SpoolItem> advance(const RollingTrack& track, UtcMicros now);
  // Ends the pass under way with what is known.
  std::vector<SpoolItem> finish(const RollingTrack& track);
  [[nodiscard]] std::uint64_t passes() const { return passes_; }

  // Errors: unavailable (too many). Asking again for the same id changes nothing.
  Result<void> ask(const ports::LookRequest& request, UtcMicros now);
  // Answers to those that waited too long, or for what this camera does not know.
  std::vector<SpoolItem> overdue(UtcMicros now);
  bool dismiss(const domain::FindingId& finding) { return drive_.dismiss(finding); }
  // A finding that could not be put on its way: the next pass raises it again.
  void retract(const domain::FindingId& finding) { drive_.retract(finding); }
  void set_frontages(std::vector<domain::ShopPlace> frontages) {
    drive_.set_frontages(std::move(frontages));
  }

  [[nodiscard]] DriveMemory memory() const;
  void restore(DriveMemory memory);

 private:
  struct Expected {
    std::uint64_t number = 0;
    VehicleLook look;
    UtcMicros since;
    bool answered = false;
  };
  struct Asked {
    ports::LookRequest request;
    UtcMicros since;
  };
  void put_in(const RollingTrack& track, std::vector<PassReport>& reports);
  std::vector<SpoolItem> items_of(const std::vector<PassReport>& reports);
  SpoolItem raised_item(const DriveRaised& raised, const PassReport& report) const;
  void keep_first_sights(const PassReport& report);
  void drop_first_sights(const PassReport& report);
  SpoolItem cleared_item(const DriveCleared& cleared) const;
  void answer_asked(const PassReport& report, std::vector<SpoolItem>& items);
  [[nodiscard]] SpoolItem answer_item(const Asked& asked, ports::LookResult result,
                                      UtcMicros at) const;
  void add_now(SpoolItem& item, const PassThing& thing, UtcMicros at,
               domain::PictureRole role) const;
  void add_clip(SpoolItem& item, UtcMicros at) const;
  [[nodiscard]] std::optional<Metres2> place_of(const domain::FindingId& finding) const;
  [[nodiscard]] bool knows(const domain::FindingId& finding) const;

  const ports::CameraConfig& camera_;
  const LiveDriveOptions options_;
  const TimeLine& time_;
  domain::LonLat origin_;
  Plane plane_;
  Drive drive_;
  DriveShelf shelf_;
  FirstSights first_sights_;
  std::deque<Expected> expected_;
  std::uint64_t last_number_ = 0, passes_ = 0;
  std::optional<UtcMicros> fed_;  // when the pass under way last got a look
  std::vector<Asked> asked_;
};

}  // namespace xunjie::watch::vehicle
