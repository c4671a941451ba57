// Each kind of tampering with the file, made by plain SQL behind the store's back, is found by
// check() and named; and what check() finds is nothing else.
#include <fstream>

#include <sqlite3.h>

#include "store/store_fixture.h"

namespace xunjie::store {
namespace {

using namespace testing;  // NOLINT: the fixture's words

class Tampering : public ::testing::Test {
 protected:
  static constexpr int kEvery = 4;

  // Two cases of three events, one ended case, an effect, a timer; two signed checkpoints.
  void SetUp() override {
    auto store = open();
    for (std::uint32_t n = 1; n <= 3; ++n) {
      good(store->commit(step("C1", n)));
      good(store->commit(step("C2", n)));
    }
    ports::Batch batch = step("C3", 1);
    batch.effects.push_back({"E1", "x", "{}", at(1)});
    batch.timers.push_back({"limit", at(1), "x"});
    good(store->commit(batch));
    ports::Batch ended = step("C4", 1, "closed");
    ended.row->open = false;
    good(store->commit(ended));
    store.reset();
    ASSERT_TRUE(faults().empty()) << faults().front();
  }

  std::unique_ptr<ports::Store> open(bool read_only = false) {
    StoreOptions options;
    options.checkpoint_every = kEvery;
    options.read_only = read_only;
    return good(open_sqlite_store(dir_.path(), options));
  }

  std::vector<std::string> faults() { return good(open(true)->check()).faults; }

  void tamper(const std::string& sql) {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open((dir_.path() / "store.sqlite").c_str(), &handle), SQLITE_OK);
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
    EXPECT_GT(sqlite3_total_changes(handle), 0) << "the tampering changed nothing: " << sql;
    sqlite3_free(error);
    sqlite3_close(handle);
  }

  void expect_fault(const std::string& sql, const std::string& expected) {
    tamper(sql);
    const auto found = faults();
    std::string all;
    bool named = false;
    for (const std::string& fault : found) {
      all += fault + "\n";
      named = named || fault.find(expected) != std::string::npos;
    }
    EXPECT_TRUE(named) << "expected \"" << expected << "\" among:\n" << all;
  }

  ScratchDir dir_;
};

TEST_F(Tampering, EventPayload) {
  expect_fault("update events set payload = '{}' where case_id = 'C1' and sequence = 2",
               "case C1 event 2: hash does not match");
}
TEST_F(Tampering, EventKind) {
  expect_fault("update events set kind = 'rejected' where case_id = 'C1' and sequence = 2",
               "case C1 event 2: hash");
}
TEST_F(Tampering, EventTime) {
  expect_fault("update events set at = at + 1 where case_id = 'C1' and sequence = 2",
               "case C1 event 2: hash");
}
TEST_F(Tampering, EventActor) {
  expect_fault("update events set actor = 'user-2' where case_id = 'C1' and sequence = 2",
               "case C1 event 2: hash");
}
TEST_F(Tampering, EventHash) {
  expect_fault("update events set hash = zeroblob(32) where case_id = 'C1' and sequence = 3",
               "case C1 event 3: hash");
}
TEST_F(Tampering, EventMovedToAnotherCase) {
  expect_fault("update events set case_id = 'C5' where case_id = 'C3'",
               "case C5 event 1: hash does not match");
}
TEST_F(Tampering, EventInTheMiddleRemoved) {
  expect_fault("delete from events where case_id = 'C1' and sequence = 2",
               "case C1 event 3: follows event 1");
}
TEST_F(Tampering, LastEventRemovedAndVersionSetBack) {
  expect_fault(
      "delete from events where case_id = 'C2' and sequence = 3;"
      "update cases set version = 2, head = (select hash from events where case_id = 'C2' and "
      "sequence = 2)"
      " where id = 'C2'",
      "the log up to it has changed");
}
TEST_F(Tampering, WholeCaseRemoved) {
  expect_fault("delete from events where case_id = 'C4'; delete from cases where id = 'C4'",
               "checkpoint 2: the log up to it has changed");
}
TEST_F(Tampering, EventsExchangedBetweenPositions) {
  expect_fault(
      "update events set position = -1 where position = 1; update events set position = 1 where "
      "position = 2;"
      "update events set position = 2 where position = -1",
      "checkpoint 1: the log up to it has changed");
}
TEST_F(Tampering, RowVersion) {
  expect_fault("update cases set version = 9 where id = 'C1'",
               "case C1: row version 9, but 3 events");
}
TEST_F(Tampering, RowHead) {
  expect_fault("update cases set head = zeroblob(32) where id = 'C1'",
               "case C1: row and last event");
}
TEST_F(Tampering, RowRemoved) {
  expect_fault("delete from cases where id = 'C1'", "case C1: events without a row");
}
TEST_F(Tampering, RowInvented) {
  expect_fault(
      "insert into cases select 'C0', version, 0, state, stage, violation, subdistrict, team, "
      "shop, camera, "
      "zone, finding, place_key, department, lon, lat, reported_at, updated_at, due, confirmed_at, "
      "told_at, "
      "corrected_at, dispatched_at, ended_at, head, body from cases where id = 'C1'",
      "case C0: a row without events");
}
TEST_F(Tampering, EventsOfTheLastCaseLoseTheirRow) {
  expect_fault("delete from cases where id = 'C4'", "case C4: events without a row");
}
TEST_F(Tampering, TwoOpenCasesAtOnePlace) {
  expect_fault(
      "drop index cases_open_place; update cases set place_key = 'place-C1' where id = 'C2'",
      "2 open cases at place place-C1");
}
TEST_F(Tampering, CheckpointDigest) {
  expect_fault("update checkpoints set digest = zeroblob(32) where number = 1",
               "checkpoint 1: signature");
}
TEST_F(Tampering, CheckpointSignature) {
  expect_fault("update checkpoints set signature = zeroblob(64) where number = 1",
               "checkpoint 1: signature");
}
TEST_F(Tampering, CheckpointRemoved) {
  expect_fault("delete from checkpoints where number = 1", "checkpoint 1: missing");
}
TEST_F(Tampering, AllCheckpointsRemoved) {
  expect_fault("delete from checkpoints", "newest events are unsigned");
}
TEST_F(Tampering, SignedByAnotherKey) {
  expect_fault("update checkpoints set signer = zeroblob(32) where number = 2",
               "checkpoint 2: signed by another key");
}
TEST_F(Tampering, KeyExchanged) {
  std::ofstream(dir_.path() / "checkpoint.key") << std::string(64, 'a') << "\n";
  const auto found = faults();
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front(), "checkpoint 1: signed by another key");
}
TEST_F(Tampering, KeyLost) {
  std::filesystem::remove(dir_.path() / "checkpoint.key");
  EXPECT_EQ(faults(),
            std::vector<std::string>{"checkpoint key: missing, signatures cannot be verified"});
  StoreOptions options;
  const auto refused = open_sqlite_store(dir_.path(), options);
  EXPECT_EQ(code_of(refused), ErrorCode::corrupt);
}
TEST_F(Tampering, EffectOfUnknownCase) {
  expect_fault("update effects set case_id = 'C9'", "effect E1: of unknown case C9");
}
TEST_F(Tampering, EffectStatus) {
  expect_fault("update effects set status = 'lost'", "effect E1: unknown status lost");
}
TEST_F(Tampering, TimerOfUnknownCase) {
  expect_fault("update timers set case_id = 'C9'", "timer limit: of case C9");
}
TEST_F(Tampering, TimerOfEndedCase) {
  expect_fault("update timers set case_id = 'C4'", "timer limit: of case C4");
}
TEST_F(Tampering, SchemaStep) {
  expect_fault("update schema_versions set hash = 'x' where version = 2",
               "schema step 2 (002_outbox) differs");
}
TEST_F(Tampering, BytesInTheFile) {
  const auto file = dir_.path() / "store.sqlite";
  std::fstream raw(file, std::ios::in | std::ios::out | std::ios::binary);
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file));
  // Second half of the pages: tables and indexes, past the header and the schema.
  for (std::streamoff offset = size / 2; offset + 8 < size; offset += 4096) {
    raw.seekp(offset);
    raw.write("\xff\xff\xff\xff\xff\xff\xff\xff", 8);
  }
  raw.close();
  StoreOptions inspect;
  inspect.read_only = true;
  const auto opened = open_sqlite_store(dir_.path(), inspect);
  if (!opened.ok()) {
    EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
    return;
  }
  const auto report = (*opened)->check();
  if (report.ok()) {
    EXPECT_FALSE(report->faults.empty());
  } else {
    EXPECT_EQ(report.error().code, ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace xunjie::store
