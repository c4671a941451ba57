#include "domain/duplicates.h"

#include <gtest/gtest.h>

namespace xunjie::domain {
namespace {

constexpr UtcMicros kNoon{1'772'337'600'000'000};

Sighting seen(const std::string& finding, UtcMicros since) {
  Sighting s;
  s.finding = FindingId(finding);
  s.violation = ViolationKindId("store_overflow");
  s.camera = CameraId("dome-1");
  s.zone = ZoneId("front");
  s.place_key = place_key_of({}, s.camera, s.zone);
  s.since = since;
  s.seen_at = since + minutes(3);
  return s;
}

Case case_of(const std::string& id, const Sighting& sighting, CaseState state) {
  Case c;
  c.id = CaseId(id);
  c.version = 1;
  c.state = state;
  c.sighting = sighting;
  if (is_end(state)) c.ended_at = kNoon;
  return c;
}

TEST(Duplicates, NamesAPlaceByItsShopElseByItsZone) {
  EXPECT_EQ(place_key_of(ShopId("tea"), CameraId("c"), ZoneId("z")), "shop:tea");
  EXPECT_EQ(place_key_of({}, CameraId("c"), ZoneId("z")), "zone:c/z");
  // All a car's camera sees lies in one zone of its picture: that is no place.
  EXPECT_EQ(ground_key_of(ShopId("tea"), CameraId("c"), FindingId("F1")), "shop:tea");
  EXPECT_EQ(ground_key_of({}, CameraId("c"), FindingId("F1")), "ground:c/F1");
}

TEST(Duplicates, ARepeatedFindingChangesNothing) {
  const auto s = seen("F1", kNoon);
  const auto open = case_of("C1", s, CaseState::accepted);
  EXPECT_EQ(judge_arrival(s, open, std::nullopt, minutes(10)).arrival, Arrival::repeated);
  const auto ended = case_of("C1", s, CaseState::closed);
  EXPECT_EQ(judge_arrival(s, std::nullopt, ended, minutes(10)).arrival, Arrival::repeated);
}

TEST(Duplicates, AnOpenCaseTakesOneMoreSighting) {
  const auto open = case_of("C1", seen("F1", kNoon), CaseState::awaiting_correction);
  const auto judged = judge_arrival(seen("F2", kNoon + hours(1)), open, std::nullopt, minutes(10));
  EXPECT_EQ(judged.arrival, Arrival::seen_again);
  EXPECT_EQ(judged.of, CaseId("C1"));
}

TEST(Duplicates, AnotherKindOrPlaceIsFresh) {
  const auto open = case_of("C1", seen("F1", kNoon), CaseState::awaiting_correction);
  auto other_kind = seen("F2", kNoon);
  other_kind.violation = ViolationKindId("goods_on_pavement");
  EXPECT_EQ(judge_arrival(other_kind, open, std::nullopt, minutes(10)).arrival, Arrival::fresh);
  auto elsewhere = seen("F3", kNoon);
  elsewhere.place_key = "zone:dome-2/front";
  EXPECT_EQ(judge_arrival(elsewhere, open, std::nullopt, minutes(10)).arrival, Arrival::fresh);
}

TEST(Duplicates, WhatComesBackIsANewCaseThatNamesTheOld) {
  const auto ended = case_of("C1", seen("F1", kNoon - hours(1)), CaseState::self_corrected);
  const auto soon = judge_arrival(seen("F2", kNoon + minutes(5)), std::nullopt, ended, minutes(10));
  EXPECT_EQ(soon.arrival, Arrival::relapse);
  EXPECT_EQ(soon.of, CaseId("C1"));
  const auto never_left =
      judge_arrival(seen("F3", kNoon - minutes(5)), std::nullopt, ended, minutes(10));
  EXPECT_EQ(never_left.arrival, Arrival::relapse);
  const auto later =
      judge_arrival(seen("F4", kNoon + minutes(11)), std::nullopt, ended, minutes(10));
  EXPECT_EQ(later.arrival, Arrival::fresh);
  EXPECT_TRUE(later.of.empty());
}

TEST(Duplicates, MergesOnlyIntoAnOpenCaseOfTheSamePlaceAndKind) {
  const auto from = case_of("C2", seen("F2", kNoon), CaseState::reported);
  const auto into = case_of("C1", seen("F1", kNoon), CaseState::dispatched);
  EXPECT_TRUE(check_merge(from, into).ok());
  EXPECT_EQ(check_merge(from, from).error().field, "into");
  EXPECT_FALSE(check_merge(from, case_of("C1", seen("F1", kNoon), CaseState::closed)).ok());
  auto other_kind = into;
  other_kind.sighting.violation = ViolationKindId("street_vending");
  EXPECT_FALSE(check_merge(from, other_kind).ok());
  auto elsewhere = into;
  elsewhere.sighting.place_key = "shop:tea";
  elsewhere.sighting.zone = ZoneId("other");
  EXPECT_FALSE(check_merge(from, elsewhere).ok());
}

// One zone of its picture passes all shops of the district.
TEST(Duplicates, WhatCarsFoundMergesByWhereItStands) {
  const auto at = [](const std::string& id, LonLat position, double error_m) {
    auto sighting = seen("F" + id, kNoon);
    sighting.place_key = "ground:car/F" + id;
    sighting.shop = {};
    sighting.position = position;
    sighting.position_error_m = error_m;
    return case_of("C" + id, sighting, CaseState::reported);
  };
  const LonLat here{121.5055, 31.2825}, ten_metres_on{121.505605, 31.2825},
      next_street{121.5075, 31.2825};
  EXPECT_TRUE(check_merge(at("1", here, 2), at("2", ten_metres_on, 3)).ok());
  EXPECT_FALSE(check_merge(at("1", here, 1), at("2", ten_metres_on, 1)).ok());
  EXPECT_FALSE(check_merge(at("1", here, 2), at("2", next_street, 3)).ok());
  auto other_car = at("2", ten_metres_on, 3);
  other_car.sighting.camera = CameraId("car-2");
  EXPECT_TRUE(check_merge(at("1", here, 2), other_car).ok());
  EXPECT_FALSE(check_merge(at("1", here, 2), at("2", here, 0)).ok())
      << "not measured: a pole's own";
}

}  // namespace
}  // namespace xunjie::domain
