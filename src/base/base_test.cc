#include <gtest/gtest.h>

#include <set>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"

namespace xunjie {
namespace {

TEST(Time, FormatsAndParsesTheSameInstant) {
  for (const std::int64_t s :
       {0LL, 951'782'400LL, 1'709'164'800LL, 4'102'444'799LL, -1LL, -86'400LL * 365}) {
    const UtcMicros t{s * 1'000'000 + 123'000};
    const auto back = parse_rfc3339(to_rfc3339(t));
    ASSERT_TRUE(back.ok()) << to_rfc3339(t);
    EXPECT_EQ(back->count, t.count);
  }
  EXPECT_EQ(to_rfc3339(UtcMicros{951'782'400'000'000}), "2000-02-29T00:00:00.000Z");
}

TEST(Time, ReadsOffsets) {
  EXPECT_EQ(parse_rfc3339("2026-03-01T08:00:00+08:00")->count,
            parse_rfc3339("2026-03-01T00:00:00Z")->count);
}

TEST(Time, RefusesWhatIsNotATime) {
  for (const auto* text :
       {"", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01 00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+0800", "0000-01-01T04:38:00+08:00",
        "9999-12-31T23:59:59-01:00"}) {
    EXPECT_FALSE(parse_rfc3339(text).ok()) << text;
  }
}

TEST(Ulid, SortsByTimeAndDoesNotRepeat) {
  EXPECT_LT(make_ulid(UtcMicros{1'000'000}), make_ulid(UtcMicros{2'000'000}));
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(make_ulid(UtcMicros{0}));
  EXPECT_EQ(seen.size(), 1000U);
}

Result<int> half(int n) {
  if (n % 2 != 0) return make_error(ErrorCode::invalid_argument, "n is odd", "n");
  return n / 2;
}
Result<int> quarter(int n) {
  XUNJIE_TRY(first, half(n));
  return half(first);
}

TEST(Result, TryPassesTheErrorOn) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().field, "n");
}

}  // namespace
}  // namespace xunjie
