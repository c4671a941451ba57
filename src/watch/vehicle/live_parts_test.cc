// The parts a car's live camera is made of, without sockets: the rolling track, what is kept of a
// pass, what is kept over a restart, and whole pictures before a model.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "watch/gop_ring.h"
#include "watch/seal.h"
#include "watch/vehicle/appearance.h"
#include "watch/vehicle/drive_shelf.h"
#include "watch/vehicle/drive_state.h"
#include "watch/vehicle/first_sights.h"
#include "watch/vehicle/picture_parts.h"
#include "watch/vehicle/rolling_track.h"

namespace xunjie::watch::vehicle {
namespace {

namespace fs = std::filesystem;

constexpr domain::LonLat kOrigin{121.5055, 31.2825};
const UtcMicros kNoon{1'772'424'000'000'000};

Fix fix_at(double t, double mps = 8) {
  Fix fix;
  fix.at = kNoon + Micros{static_cast<std::int64_t>(t * 1e6)};
  fix.position = Plane(kOrigin).to_world({0, mps * t});
  fix.speed_mps = mps;
  fix.course_deg = 0;
  return fix;
}

TrackOptions sharp() {
  TrackOptions options;
  options.filter.gps_error_m = 1;
  return options;
}

TEST(RollingTrack, ItsWayRunsOnWhereOlderFixesAreDropped) {
  RollingTrack track(Plane(kOrigin), sharp(), seconds(30));
  for (int t = 0; t <= 200; ++t) track.take({fix_at(t)}, kNoon + seconds(t));
  const auto late = track.pose_at(kNoon + seconds(195));
  ASSERT_TRUE(late.has_value());
  EXPECT_NEAR(late->travelled_m, 8 * 195, 15);
  EXPECT_NEAR(late->position.north, 8 * 195, 1);
  EXPECT_FALSE(track.pose_at(kNoon + seconds(100)).has_value()) << "older than the span";
  EXPECT_FALSE(track.pose_at(kNoon + seconds(201)).has_value()) << "not known yet";
}

TEST(RollingTrack, FixesOfAnotherTimeAreNotUsedAndNamed) {
  RollingTrack track(Plane(kOrigin), sharp());
  track.take({fix_at(3600)}, kNoon);  // would hide all true ones behind it
  EXPECT_EQ(track.clock_gap(), std::optional(seconds(3600)));
  EXPECT_FALSE(track.ends().has_value());
  track.take({fix_at(-300)}, kNoon);
  EXPECT_EQ(track.clock_gap(), std::optional(seconds(-300)));
  for (int t = 0; t < 5; ++t) track.take({fix_at(t)}, kNoon + seconds(t));
  EXPECT_FALSE(track.clock_gap().has_value());
  EXPECT_TRUE(track.pose_at(kNoon + seconds(2)).has_value());
}

KnownThing thing(ThingId id, const std::string& finding) {
  KnownThing out;
  out.id = id;
  out.label = "goods";
  out.place = {{8, 30}, round_spread(0.5)};
  out.ground = {{8.5, 30}, round_spread(2)};
  out.frame_error_m = 3;
  out.appearance.assign(kAppearanceNumbers, 0.1F);
  out.first_seen = kNoon;
  out.last_seen = kNoon + minutes(30);
  out.passes = 2;
  out.heading_deg = 12;
  out.side_m = 7;
  out.finding = domain::FindingId(finding);
  return out;
}

class DriveState : public testing::Test {
 protected:
  void TearDown() override { fs::remove_all(path_); }
  static DriveMemory memory() {
    DriveMemory out;
    out.origin = kOrigin;
    out.things = {thing(1, "F1"), thing(7, "")};
    out.open = {{domain::FindingId("F1"),
                 domain::ViolationKindId("store_overflow"),
                 domain::ShopId("tea"),
                 {8, 30}}};
    out.gone = {{domain::FindingId("F0"), {thing(3, "F0")}}};
    out.last_item = 42;
    return out;
  }
  [[nodiscard]] ErrorCode code(const DriveOptions& limits = {}) const {
    const auto loaded = load_drive(path_, kNoon + hours(1), limits);
    return loaded.ok() ? ErrorCode::internal : loaded.error().code;
  }
  const fs::path path_ =
      fs::temp_directory_path() / ("xunjie-drive-state-" + std::to_string(::getpid()));
};

TEST_F(DriveState, KeepsThingsFindingsAndPlacesOfTheCleared) {
  ASSERT_TRUE(save_drive(path_, memory()).ok());
  const auto loaded = load_drive(path_, kNoon + hours(1), {});
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->origin, kOrigin);
  EXPECT_EQ(loaded->last_item, 42U);
  ASSERT_EQ(loaded->things.size(), 2U);
  const KnownThing& one = loaded->things[0];
  EXPECT_EQ(one.finding.value, "F1");
  EXPECT_EQ(one.place.at, (Metres2{8, 30}));
  EXPECT_EQ(one.ground.at, (Metres2{8.5, 30}));
  EXPECT_EQ(one.appearance, thing(1, "").appearance);
  EXPECT_EQ(one.last_seen, kNoon + minutes(30));
  EXPECT_EQ(one.passes, 2);
  EXPECT_EQ(one.side_m, 7);
  ASSERT_EQ(loaded->open.size(), 1U);
  EXPECT_EQ(loaded->open[0].shop.value, "tea");
  ASSERT_EQ(loaded->gone.size(), 1U);
  EXPECT_EQ(loaded->gone[0].things.at(0).id, 3U);
  // The clock has gone back since: what was seen then was not seen in the future.
  EXPECT_EQ(load_drive(path_, kNoon, {})->things[0].last_seen, kNoon);
}

TEST_F(DriveState, WhatDoesNotFitIsRefused) {
  EXPECT_EQ(code(), ErrorCode::not_found);
  ASSERT_TRUE(save_drive(path_, memory()).ok());
  EXPECT_EQ(code(), ErrorCode::internal);
  DriveOptions few;
  few.recognise.max_things = 1;
  EXPECT_EQ(code(few), ErrorCode::corrupt);
  auto twice = memory();
  twice.things[1].id = 1;
  ASSERT_TRUE(save_drive(path_, twice).ok());
  EXPECT_EQ(code(), ErrorCode::corrupt);
  auto nowhere = memory();
  nowhere.things[0].place.at.east = std::nan("");
  ASSERT_TRUE(save_drive(path_, nowhere).ok());
  EXPECT_EQ(code(), ErrorCode::corrupt);
  std::ofstream(path_) << "something else";
  EXPECT_EQ(code(), ErrorCode::corrupt);
}

Packet packet(std::uint64_t number, bool key, std::size_t bytes = 100) {
  Packet out;
  out.number = number;
  out.bytes = bytes;
  out.at = kNoon + millis(100 * static_cast<int>(number));
  out.key = key;
  return out;
}

std::vector<Packet> packets(std::uint64_t from, std::uint64_t until, std::size_t bytes = 100) {
  std::vector<Packet> out;
  for (auto n = from; n <= until; ++n) out.push_back(packet(n, n % 10 == 1, bytes));
  return out;
}

TEST(DriveShelf, KeepsTheVideoAroundAMomentAndCutsItWhereItDoesNotHangTogether) {
  DriveShelf shelf;
  shelf.add(packets(11, 35), {}, 1);
  shelf.add(packets(21, 45), {}, 1);  // overlaps: each packet once
  shelf.add(packets(71, 80), {}, 1);
  const auto run = shelf.run(kNoon + millis(2400), kNoon + millis(9000));
  ASSERT_EQ(run.packets.size(), 25U);
  EXPECT_EQ(run.packets.front().number, 21U);
  EXPECT_EQ(run.packets.back().number, 45U);
  shelf.forget_before(kNoon + millis(7000));
  EXPECT_TRUE(shelf.run(kNoon, kNoon + millis(6900)).packets.empty());
}

TEST(DriveShelf, WhenFullTheOldestVideoGoesAndPicturesThinOut) {
  DriveShelf shelf;
  shelf.limit(2500);
  shelf.add(packets(1, 40), {}, 1);
  EXPECT_EQ(shelf.run(kNoon, kNoon + seconds(60)).packets.front().number, 21U);
  for (int i = 0; i < 10; ++i) {
    SpoolItem::Picture picture;
    picture.original.resize(500);
    shelf.add({kNoon + seconds(i), picture, std::nullopt});
  }
  EXPECT_EQ(shelf.pictures(), 5U);
  EXPECT_TRUE(shelf.has(kNoon)) << "the first and the last stay";
  EXPECT_TRUE(shelf.has(kNoon + seconds(9)));
}

class FirstSightsOnDisk : public testing::Test {
 protected:
  void TearDown() override { fs::remove_all(folder_); }
  static SpoolItem::Picture picture(char fill, std::size_t size = 1000) {
    SpoolItem::Picture out;
    out.role = domain::PictureRole::arrival;
    out.taken_at = kNoon;
    out.original.assign(size, static_cast<std::byte>(fill));
    out.hash = hash_of(out.original);
    out.box = domain::PictureBox{0.1, 0.2, 0.3, 0.4};
    out.clock_offset = millis(40);
    return out;
  }
  const fs::path folder_ =
      fs::temp_directory_path() / ("xunjie-first-sights-" + std::to_string(::getpid()));
};

TEST_F(FirstSightsOnDisk, OutliveARestartWithWhatWasSealed) {
  {
    FirstSights sights(folder_, 1U << 20U);
    sights.put(3, picture('a'));
    sights.put(5, picture('b'));
    sights.put(5, picture('c'));
  }
  FirstSights sights(folder_, 1U << 20U);
  EXPECT_EQ(sights.size(), 2U);
  const auto five = sights.get(5);
  ASSERT_TRUE(five.has_value());
  EXPECT_EQ(five->original, picture('c').original);
  EXPECT_EQ(five->hash, picture('c').hash);
  EXPECT_EQ(five->box, picture('c').box);
  EXPECT_EQ(five->taken_at, kNoon);
  EXPECT_EQ(five->clock_offset, millis(40));
  EXPECT_FALSE(sights.get(4).has_value());
  sights.keep_only([](ThingId thing) { return thing == 3; });
  EXPECT_FALSE(sights.get(5).has_value());
  EXPECT_EQ(FirstSights(folder_, 1U << 20U).size(), 1U) << "its file stayed";
}

TEST_F(FirstSightsOnDisk, WhenFullTheOldestGo) {
  FirstSights sights(folder_, 5000);
  for (const ThingId thing : {1U, 2U, 3U, 4U, 5U, 6U}) sights.put(thing, picture('a'));
  EXPECT_LT(sights.size(), 5U);
  EXPECT_FALSE(sights.get(1).has_value());
  EXPECT_TRUE(sights.get(6).has_value());
  sights.put(7, picture('a', 6000));
  EXPECT_FALSE(sights.get(7).has_value()) << "larger than all of it";
  EXPECT_TRUE(sights.get(6).has_value()) << "and nothing else went for it";
}

TEST_F(FirstSightsOnDisk, WhatWasChangedSinceItWasMadeIsNoEvidence) {
  FirstSights sights(folder_, 1U << 20U);
  sights.put(3, picture('a'));
  auto other = picture('a');
  other.hash = picture('b').hash;
  sights.put(4, other);
  EXPECT_FALSE(sights.get(4).has_value()) << "not the picture its hash was taken of";
  std::ofstream(folder_ / "3.sight", std::ios::app) << "x";
  EXPECT_FALSE(sights.get(3).has_value());
}

TEST(GopRing, RunsToAPacketThatIsNotTheNewest) {
  GopRing ring(1U << 20U);
  for (const auto& one : packets(1, 35)) ring.push(one);
  const auto from_key = ring.run_to(0, 17);
  ASSERT_EQ(from_key.size(), 7U);
  EXPECT_EQ(from_key.front().number, 11U);
  EXPECT_EQ(from_key.back().number, 17U);
  EXPECT_EQ(ring.run_to(14, 17).size(), 3U);
  EXPECT_EQ(ring.run_to(5, 23).front().number, 21U) << "a newer keyframe is nearer";
  EXPECT_EQ(ring.run_after(0).front().number, 31U);
}

TEST(PictureParts, CoverThePictureAndOverlap) {
  for (const auto& [w, h] : {std::pair{320, 192}, {640, 640}, {1280, 736}, {192, 320}}) {
    ports::DetectorInfo info;
    info.input_width = w;
    info.input_height = h;
    for (const double aspect : {0.75, 1.0, 4.0 / 3, 16.0 / 9, 3.5, 12.0}) {
      const auto parts = parts_of(aspect, info);
      ASSERT_LE(parts.size(), 12U);
      EXPECT_EQ(parts.back().w, 1) << "the whole picture is one";
      EXPECT_EQ(parts.back().h, 1);
      const auto& last = parts[parts.size() > 1 ? parts.size() - 2 : 0];
      EXPECT_NEAR(last.x + last.w, 1, 1e-9);
      EXPECT_NEAR(last.y + last.h, 1, 1e-9);
      for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
        const auto &one = parts[i - 1], &next = parts[i];
        const double right = next.x - one.x, down = next.y - one.y;
        EXPECT_LE(right, 0.65 * one.w + 1e-9) << w << " " << aspect;
        EXPECT_LE(down, 0.65 * one.h + 1e-9) << w << " " << aspect;
      }
    }
  }
}

TEST(PictureParts, ASmallInputLooksAtSmallerTiles) {
  ports::DetectorInfo small, large;
  small.input_width = 320;
  small.input_height = 192;
  const auto tiles = parts_of(16.0 / 9, small), wide = parts_of(16.0 / 9, large);
  EXPECT_GT(tiles.size(), wide.size());
  EXPECT_LT(tiles.front().w, 0.5);
  EXPECT_GT(wide.front().w, 0.6);
  EXPECT_NEAR(tiles.front().w * 16 / 9 / tiles.front().h, 320.0 / 192, 1e-6) << "the input's shape";
}

ports::DetectorInfo stall_person_bird() {
  ports::DetectorInfo info;
  info.classes = {{"stall", ports::ClassMeaning::violation, {}, false},
                  {"person", ports::ClassMeaning::ignored, {}, false},
                  {"bird", ports::ClassMeaning::unmapped, {}, false}};
  return info;
}

TEST(PictureParts, OneThingInTwoPartsIsOneAndUnmappedClassesAreNone) {
  const std::vector<domain::PictureBox> parts{{0, 0, 1, 1}, {0, 0, 1, 1}};
  const auto found =
      put_together(stall_person_bird(), parts,
                   {{{{0.4, 0.4, 0.1, 0.2}, 0, 0.7}, {{0.41, 0.4, 0.1, 0.2}, 1, 0.6}},
                    {{{0.41, 0.4, 0.1, 0.2}, 0, 0.9},
                     {{0.7, 0.4, 0.1, 0.2}, 0, 0.8},
                     {{0.1, 0.4, 0.1, 0.2}, 2, 0.95}}});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].score, 0.9);
  EXPECT_EQ(found[0].box.x, 0.41);
  EXPECT_EQ(found[2].label, "person");
}

TEST(PictureParts, WhatAPartCutsIsTakenFromTheOneThatHasItWhole) {
  const std::vector<domain::PictureBox> parts{{0, 0, 0.5, 0.5}, {0.3, 0, 0.5, 0.5}, {0, 0, 1, 1}};
  const auto found = put_together(stall_person_bird(), parts,
                                  {{{{0.44, 0.3, 0.06, 0.1}, 0, 0.95},  // cut at its right
                                    {{0.1, 0.38, 0.1, 0.12}, 0, 0.9},   // cut at its foot
                                    {{0, 0.1, 0.05, 0.1}, 0, 0.85}},    // at the picture's edge
                                   {{{0.44, 0.3, 0.1, 0.1}, 0, 0.7}},
                                   {{{0.1, 0.38, 0.1, 0.3}, 0, 0.6}}});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].box.x, 0);
  EXPECT_EQ(found[1].box.w, 0.1);
  EXPECT_EQ(found[2].box.h, 0.3);
}

}  // namespace
}  // namespace xunjie::watch::vehicle
