// The goals of `./dev accuracy` for cameras on a car, over several streets: fixed seeds, so a
// failure repeats. The program beside it measures more of them and prints the figures.
#include <gtest/gtest.h>

#include "drives.h"

namespace xunjie::accuracy {
namespace {

Figures drives(double drift_share) {
  Figures all;
  for (unsigned seed = 2001; seed <= 2008; ++seed) {
    DriveTestOptions options;
    options.world.seed = seed;
    options.noise.drift_share = drift_share;
    all.add(drive_geometrically(options));
  }
  std::printf("%s\n", all.json().c_str());
  return all;
}

void expect_goals(const Figures& f) {
  ASSERT_GT(f.chances, 500);
  EXPECT_GE(static_cast<double>(f.recognised) / f.chances, 0.98);
  EXPECT_LE(static_cast<double>(f.wrong_merges) / f.merges, 0.005);
  EXPECT_GE(static_cast<double>(f.stood) / f.visible, 0.85);
  EXPECT_LE(f.raised_nothing + f.raised_moving, f.raised / 200);
  EXPECT_LE(f.duplicates, f.raised / 100);
  EXPECT_EQ(f.false_clears, 0);
  EXPECT_GT(f.cleared, f.removed / 4);
}

TEST(VehicleAccuracy, HoldsItsGoalsWithAWanderingReceiver) {
  expect_goals(drives(0.8));
}

TEST(VehicleAccuracy, HoldsItsGoalsWithWhiteNoise) {
  expect_goals(drives(0));
}

}  // namespace
}  // namespace xunjie::accuracy
