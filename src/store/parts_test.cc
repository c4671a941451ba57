// The small parts: framing of the chain, cursors, the write queue's bound, the SQL layer.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "store/chain.h"
#include "store/checkpoint_key.h"
#include "store/cursor.h"
#include "store/sqlite_connection.h"
#include "store/store_fixture.h"
#include "store/write_queue.h"

namespace xunjie::store {
namespace {

using namespace testing;  // NOLINT: the fixture's words

TEST(Chain, EveryFieldAndItsBordersCount) {
  const ChainedEvent event{"C1", 1, "kind", at(1), "actor", "payload"};
  const Digest hash = event_hash({}, event);
  EXPECT_EQ(event_hash({}, event), hash);
  const auto differs = [&](auto change) {
    ChainedEvent other = event;
    change(other);
    return event_hash({}, other) != hash;
  };
  EXPECT_TRUE(differs([](ChainedEvent& e) { e.case_id = "C2"; }));
  EXPECT_TRUE(differs([](ChainedEvent& e) { e.sequence = 2; }));
  EXPECT_TRUE(differs([](ChainedEvent& e) { e.kind = "kinds"; }));
  EXPECT_TRUE(differs([](ChainedEvent& e) { e.at = at(2); }));
  EXPECT_TRUE(differs([](ChainedEvent& e) { e.actor = ""; }));
  EXPECT_TRUE(differs([](ChainedEvent& e) { e.payload = "payloae"; }));
  EXPECT_TRUE(
      differs([](ChainedEvent& e) { e.actor = "actorpay", e.payload = "load"; }));  // moved border
  EXPECT_NE(event_hash(hash, event), hash);
}

// Fixed, so that a log of today verifies with a program of years from now. The values were computed
// apart, with Python's hashlib, from the description in chain.h.
TEST(Chain, FormatIsFrozen) {
  const Digest hash =
      event_hash({}, {"C1", 1, "reported", UtcMicros{1'772'000'000'000'000}, "system", "{}"});
  EXPECT_EQ(hash.hex(), "61c39425836fc2bc5e5bfc80cd3daa6ca63e94715ba69744f65eb7906045fa55");
  RunningDigest log;
  log.fold(7, hash);
  EXPECT_EQ(log.digest.hex(), "0794bc891c35464d661774f4eaa84a0e3619e0ac1ba47e27772737da984eee0c");
}

TEST(CheckpointKeyTest, SignsAndRefusesOthers) {
  const ScratchDir dir;
  EXPECT_EQ(code_of(CheckpointKey::open(dir.path() / "key", false)), ErrorCode::corrupt);
  const auto key = good(CheckpointKey::open(dir.path() / "key", true));
  const auto same = good(CheckpointKey::open(dir.path() / "key", false));
  const auto other = good(CheckpointKey::open(dir.path() / "other", true));
  const std::string signature = key.sign("text");
  EXPECT_TRUE(same.verifies("text", signature));
  EXPECT_FALSE(same.verifies("test", signature));
  EXPECT_FALSE(same.verifies("text", signature.substr(1)));
  EXPECT_FALSE(other.verifies("text", signature));
  EXPECT_EQ(same.public_key(), key.public_key());
  std::ofstream(dir.path() / "key") << "short";
  EXPECT_EQ(code_of(CheckpointKey::open(dir.path() / "key", true)), ErrorCode::corrupt);
}

TEST(Base64Url, RoundTripsEveryLengthAndRefusesTheRest) {
  std::string bytes;
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(from_base64url(base64url(bytes)), bytes);
    bytes.push_back(static_cast<char>(i * 37));
  }
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
  for (const char* wrong : {"A", "AB=", "A+", "AB/", "AAAAA", "-_9", "空"})
    EXPECT_EQ(from_base64url(wrong), std::nullopt) << wrong;
}

struct Numbered final : WriteRequest {
  Result<void> apply(Database&) override { return {}; }
};

// A gate at which the group commit stands until it is opened.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  int standing = 0;
  void pass() {
    std::unique_lock lock(mutex);
    ++standing;
    changed.notify_all();
    changed.wait(lock, [this] { return open; });
  }
  void wait_for_one() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return standing > 0; });
  }
  void let_through() {
    const std::lock_guard lock(mutex);
    open = true;
    changed.notify_all();
  }
};

TEST(WriteQueueTest, SharesCommitsAndRefusesBeyondItsBound) {
  Gate gate;
  std::vector<std::size_t> groups;  // one thread at a time by contract
  WriteQueue queue(
      [&](std::span<WriteRequest* const> group) {
        gate.pass();
        groups.push_back(group.size());
      },
      5, 3);
  std::vector<std::thread> clients;
  clients.emplace_back([&] {
    Numbered first;
    EXPECT_TRUE(queue.run(first).ok());
  });
  gate.wait_for_one();
  for (int i = 0; i < 5; ++i) {
    clients.emplace_back([&] {
      Numbered next;
      EXPECT_TRUE(queue.run(next).ok());
    });
  }
  while (queue.stats().requests < 6) std::this_thread::yield();
  Numbered refused;
  const auto answer = queue.run(refused);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  gate.let_through();
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(groups, (std::vector<std::size_t>{1, 3, 2}));
  EXPECT_EQ(queue.stats().refused, 1);
}

TEST(SqlLayer, BindsByNumberAndReadsBack) {
  const ScratchDir dir;
  Database database(good(open_sqlite(dir.path() / "x.sqlite", {})));
  good(database.connection().execute_schema(
      "create table t (a bigint primary key, b text, c bytea, d double precision)"));
  const std::string with_nul("a\0b", 3);
  // `$2` stands before `$1`: parameters go by number, not by place.
  EXPECT_EQ(good(database.run("insert into t (b, a, c, d) values ($2, $1, $3, $4)", 7, with_nul,
                              Bytes{with_nul}, 0.5)),
            1);
  const auto row = good(database.one(
      "select a, b, c, d, $1, typeof(c) from t where a = $2",
      [](Query& q) {
        return std::tuple(q.integer(0), q.text(1), q.text(2), q.real(3), q.is_null(4), q.text(5));
      },
      std::optional<UtcMicros>(), 7));
  EXPECT_EQ(row, std::tuple(7, with_nul, with_nul, 0.5, true, "blob"));
  EXPECT_EQ(code_of(database.run("insert into t (a) values ($1)", 7)), ErrorCode::already_exists);
  EXPECT_EQ(code_of(database.run("select nonsense")), ErrorCode::internal);
  EXPECT_EQ(database.writes(), 1);
  {
    auto transaction = good(Transaction::begin(database));
    good(database.run("delete from t"));
  }
  EXPECT_TRUE(good(database.one("select 1 from t", [](Query&) { return 1; })).has_value())
      << "not rolled back";
}

}  // namespace
}  // namespace xunjie::store
