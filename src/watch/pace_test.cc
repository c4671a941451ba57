// What is kept and when it is looked at, with many cameras side by side.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "watch/gop_ring.h"
#include "watch/judge_pool.h"
#include "watch/look_clock.h"

namespace xunjie::watch {
namespace {

Packet at_second(int second, bool key) {
  Packet packet;
  packet.at = UtcMicros{} + seconds(second);
  packet.number = static_cast<std::uint64_t>(second) + 1;
  packet.bytes = 100;
  packet.key = key;
  return packet;
}

TEST(GopRing, KeepsTheSpanAskedForInWholeGroups) {
  GopRing ring(1U << 20U, seconds(10));
  for (int s = 0; s <= 60; ++s) ring.push(at_second(s, s % 4 == 0));
  const auto all = ring.clip_from(UtcMicros{}, 1U << 20U);
  ASSERT_FALSE(all.empty());
  EXPECT_TRUE(all.front().key);
  EXPECT_EQ(all.front().at, UtcMicros{} + seconds(48)) << "the keyframe at or before second 50";
  EXPECT_EQ(all.back().at, UtcMicros{} + seconds(60));
  EXPECT_GT(ring.held_bytes(), ring.bytes());
}

TEST(GopRing, ASmallerShareHoldsFromTheNextPacketOn) {
  GopRing ring(1U << 20U);
  for (int s = 0; s < 40; ++s) ring.push(at_second(s, s % 4 == 0));
  EXPECT_EQ(ring.bytes(), 4000U);
  ring.limit(1000);
  ring.push(at_second(40, true));
  EXPECT_LE(ring.bytes(), 1000U);
  EXPECT_TRUE(ring.clip_from(UtcMicros{}, 1U << 20U).front().key);
}

// A camera with a keyframe every second; returns when it is looked at after having learned.
std::vector<int> looks_of(double share, double stretch) {
  LookClock clock(WatchOptions{}, minutes(3));
  clock.stagger(share);
  clock.stretch(stretch);
  std::vector<int> out;
  for (int s = 0; s < 200; ++s) {
    const Packet packet = at_second(s, true);
    if (!clock.due(packet)) continue;
    const bool learning = s < 5;
    clock.looked(packet.at, false, learning);
    if (!learning) out.push_back(s);
  }
  return out;
}

TEST(LookClock, CamerasThatBeganTogetherLookInTurn) {
  const auto early = looks_of(0.1, 1), late = looks_of(0.9, 1);
  ASSERT_GT(early.size(), 10U);
  EXPECT_EQ(early[0], late[0]);
  EXPECT_LT(early[1], late[1]);
  for (std::size_t i = 2; i < early.size(); ++i) {
    EXPECT_EQ(early[i] - early[i - 1], 10) << "only the first period is cut";
    if (i < late.size()) {
      EXPECT_EQ(late[i] - late[i - 1], 10);
    }
  }
}

// When a camera that still learns its street is looked at.
std::vector<int> looks_while_learning(Micros dwell) {
  LookClock clock(WatchOptions{}, dwell);
  std::vector<int> out;
  for (int s = 0; s < 30; ++s) {
    const Packet packet = at_second(s, true);
    if (!clock.due(packet)) continue;
    clock.looked(packet.at, true, true);
    out.push_back(s);
  }
  return out;
}

// Two who stand and talk for ten seconds are in two of five looks, not in all of them.
TEST(LookClock, LearnsTheStreetFromLooksFarApartWhereTheDwellIsLong) {
  const auto minutes_long = looks_while_learning(minutes(3)),
             short_one = looks_while_learning(seconds(8));
  ASSERT_GE(minutes_long.size(), 5U);
  EXPECT_EQ(minutes_long[4], 20);
  EXPECT_EQ(short_one[4], 4) << "nothing may have stayed before it has learned";
}

TEST(LookClock, OverloadLengthensThePeriodUpToAMinute) {
  const auto busy = looks_of(0.5, 2), most = looks_of(0.5, 100);
  EXPECT_EQ(busy[3] - busy[2], 20);
  EXPECT_LE(most[2] - most[1], 60);
}

// Keyframes 1 to 12 seconds apart, other packets each second.
std::vector<int> looks_between(bool maturing) {
  const std::vector<int> gaps{1, 2, 1, 5, 7, 1, 12, 12, 2, 8, 11, 1, 11, 12, 4};
  LookClock clock(WatchOptions{}, minutes(3));
  std::vector<int> out;
  int next_key = 0;
  for (int s = 0, gap = 0; s < 300; ++s) {
    const bool key = s == next_key;
    if (key) next_key += gaps[static_cast<std::size_t>(gap++) % gaps.size()];
    const Packet packet = at_second(s, key);
    if (!clock.due(packet)) continue;
    clock.looked(packet.at, maturing, false);
    out.push_back(key ? s : -s);  // negative: decoded on from a keyframe
  }
  return out;
}

TEST(LookClock, IrregularKeyframesAreWaitedForOnAQuietStreet) {
  const auto looks = looks_between(false);
  for (std::size_t i = 1; i < looks.size(); ++i) {
    EXPECT_GE(looks[i], 0) << "nothing between keyframes is worth decoding";
    EXPECT_LE(looks[i] - looks[i - 1], 10 + 12);
  }
}

TEST(LookClock, BetweenThemItLooksWhenSomethingComesToStay) {
  const auto looks = looks_between(true);
  const auto at = [&](std::size_t i) { return std::abs(looks[i]); };
  for (std::size_t i = 1; i < looks.size(); ++i) EXPECT_LE(at(i) - at(i - 1), 10);
  EXPECT_TRUE(std::any_of(looks.begin(), looks.end(), [](int s) { return s < 0; }));
}

// Each camera waits at most once, whatever it submits.
class Slow final : public Judged {
 public:
  void judge() override {
    ++judged;
    while (hold) std::this_thread::yield();
  }
  std::atomic<int> judged{0};
  std::atomic<bool> hold{false};
};

TEST(JudgePool, ACameraWaitsAtMostOnce) {
  JudgePool pool(1);
  EXPECT_EQ(pool.stretch(), 1);
  auto holder = std::make_shared<Slow>(), other = std::make_shared<Slow>();
  holder->hold = true;
  pool.submit(holder);
  while (holder->judged == 0) std::this_thread::yield();
  for (int i = 0; i < 10; ++i) pool.submit(other);
  auto last = std::make_shared<Slow>();
  pool.submit(last);
  holder->hold = false;
  while (last->judged == 0) std::this_thread::yield();
  EXPECT_EQ(other->judged, 1);
}

}  // namespace
}  // namespace xunjie::watch
