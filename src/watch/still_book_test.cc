#include "watch/still_book.h"

#include <gtest/gtest.h>

namespace xunjie::watch {
namespace {

StillPtr still_at(double s) {
  return std::make_shared<Still>(Still{.at = UtcMicros{static_cast<std::int64_t>(s * 1e6)}});
}

double second_of(const StillPtr& still) {
  return still ? static_cast<double>(still->at.count) / 1e6 : -1;
}

UtcMicros at(double s) {
  return UtcMicros{static_cast<std::int64_t>(s * 1e6)};
}

TEST(StillBook, TheLastQuietLookMayShowTheThingAlready) {
  StillBook book(1);
  for (int s = 0; s <= 20; s += 2) book.add(still_at(s), {true});  // first seen, once, at 20
  for (int s = 22; s <= 60; s += 2) book.add(still_at(s), {false});
  EXPECT_EQ(second_of(book.before(0, at(20))), 18);
  EXPECT_EQ(second_of(book.before(0, at(22))), 20);
  EXPECT_EQ(second_of(book.arrival(0, at(20))), 20);
  EXPECT_EQ(second_of(book.arrival(0, at(22))), 22);
}

TEST(StillBook, TheArrivalIsKeptThroughALongDwell) {
  StillBook book(1);
  for (int s = 0; s < 7200; s += 6) book.add(still_at(s), {true});
  for (int s = 7200; s < 7200 + 1800; s += 6) book.add(still_at(s), {false});
  EXPECT_EQ(second_of(book.before(0, at(7194))), 7188);
  EXPECT_EQ(second_of(book.arrival(0, at(7194))), 7194);
}

TEST(StillBook, ASecondThingInABusyZoneHasATrailFineLately) {
  StillBook book(1);
  for (int s = 0; s < 3600; s += 6) book.add(still_at(s), {s < 30});
  EXPECT_GE(book.arrival(0, at(3500))->at, at(3500));
  EXPECT_LE(second_of(book.arrival(0, at(3500))), 3560) << "not just the present one";
  EXPECT_EQ(second_of(book.before(0, at(3500))), 24) << "of the quiet zone, not of the trail";
}

TEST(StillBook, OnlyABusyZonesPastIsWorthKeeping) {
  StillBook book(2);
  EXPECT_EQ(book.before(0, at(5)), nullptr);
  for (int s = 0; s <= 10; s += 2) book.add(still_at(s), {true, s < 6});
  EXPECT_EQ(book.to_keep(0), nullptr);
  EXPECT_EQ(second_of(book.to_keep(1)), 2);
  book.set_before(1, still_at(1));
  EXPECT_EQ(second_of(book.to_keep(1)), 1);
}

}  // namespace
}  // namespace xunjie::watch
