// Every step is tried from the schema it upgrades, with rows in it. testdata/schema_NNN.sql is a
// store as the program of step NNN left it: two cases of two events each (C1 open, C2 ended), one
// receipt, one checkpoint; from 002 on an effect and a timer; from 003 on a shop; from 004 on an
// access and a deletion.
#include "store/migrations.h"

#include <sqlite3.h>

#include "store/sqlite_connection.h"
#include "store/store_fixture.h"

namespace xunjie::store {
namespace {

using namespace testing;  // NOLINT: the fixture's words

constexpr const char* kKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

void put_key(const std::filesystem::path& dir) {
  std::ofstream(dir / "checkpoint.key") << kKey;
}

void load(const std::filesystem::path& dir, int version) {
  std::string number = std::to_string(version);
  number.insert(0, 3 - number.size(), '0');
  const std::string name =
      std::string(XUNJIE_SOURCE_DIR) + "/src/store/testdata/schema_" + number + ".sql";
  std::ifstream file(name);
  ASSERT_TRUE(file.is_open()) << name << " is missing: every step needs the schema it upgrades";
  const std::string script((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open((dir / "store.sqlite").c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, script.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(handle);
  sqlite3_close(handle);
  put_key(dir);
}

void fill(ports::Store& store) {
  ports::Batch first = step("C1", 1);
  first.receipt = receipt("command-1", "hash", "reply");
  first.effects.push_back({"E1", "send_reminder", "{}", at(1)});
  first.timers.push_back({"limit", at(2), "correction_due"});
  good(store.commit(first));
  good(store.commit(step("C1", 2)));
  good(store.commit(step("C2", 1)));
  ports::Batch ended = step("C2", 2, "closed");
  ended.row->open = false;
  good(store.commit(ended));
  good(store.put_entity({"shop", "shop-1", 0, "310110009", R"({"name":"面馆"})", at(1)}, 0));
  const auto ledger = open_evidence_ledger(store);
  ports::AccessRecord access;
  access.at = at(1);
  access.user = "user-1";
  access.blob = domain::BlobId("b1");
  good(ledger->append_accesses({access}));
  good(ledger->index(0, {4, {{domain::BlobId("b1"), domain::CaseId("C2")}}, {}}));
  ports::Deletion deletion;
  deletion.at = at(9);
  deletion.case_id = domain::CaseId("C2");
  deletion.blobs = {domain::BlobId("b1")};
  good(ledger->begin_deletion(deletion));
}

// Run with --gtest_also_run_disabled_tests and XUNJIE_FIXTURE_DIR=<empty folder> before a step is
// added; the output of `sqlite3 store.sqlite .dump` there is the next testdata file.
TEST(Migrations, DISABLED_MakeFixtureOfTheNewestSchema) {
  const char* dir = std::getenv("XUNJIE_FIXTURE_DIR");
  ASSERT_NE(dir, nullptr);
  put_key(dir);
  auto store = good(open_sqlite_store(dir));
  fill(*store);
}

class MigrationFrom : public ::testing::TestWithParam<int> {};

TEST_P(MigrationFrom, KeepsEverythingAndWorks) {
  const ScratchDir dir;
  load(dir.path(), GetParam());
  auto store = good(open_sqlite_store(dir.path()));
  const auto report = good(store->check());
  EXPECT_TRUE(report.faults.empty()) << report.faults.front();
  EXPECT_EQ(report.cases, 2);
  EXPECT_EQ(report.events, 4);
  EXPECT_EQ(good(store->find_case(domain::CaseId("C1")))->version, 2U);
  EXPECT_FALSE(good(store->find_case(domain::CaseId("C2")))->open);
  EXPECT_EQ(good(store->find_receipt("user-1", domain::CommandId("command-1")))->reply, "reply");
  EXPECT_EQ(good(store->find_effect("E1")).has_value(), GetParam() >= 2);
  EXPECT_EQ(good(store->next_timer()).has_value(), GetParam() >= 2);
  EXPECT_EQ(good(store->find_entity("shop", "shop-1")).has_value(), GetParam() >= 3);
  const auto ledger = open_evidence_ledger(*store);
  EXPECT_EQ(good(ledger->list_accesses({}, {})).items.size(), GetParam() >= 4 ? 1U : 0U);
  EXPECT_EQ(good(ledger->was_deleted(domain::BlobId("b1"))), GetParam() >= 4);
  std::int64_t deletions = 0;
  EXPECT_TRUE(good(ledger->check_deletions(deletions)).empty());
  // And it can be gone on with.
  ports::Batch next = step("C1", 3);
  next.effects.push_back({"E2", "x", "{}", at(1)});
  next.timers.push_back({"limit", at(5), "x"});
  good(store->commit(next));
  good(store->put_entity({"team", "t1", 0, "", "{}", at(1)}, 0));
  EXPECT_TRUE(good(store->check()).faults.empty());
}

INSTANTIATE_TEST_SUITE_P(Steps, MigrationFrom,
                         ::testing::Range(1, static_cast<int>(migrations().size()) + 1));

std::vector<std::string> schema_of(const std::filesystem::path& file) {
  Database database(good(open_sqlite(file, {SqliteOptions::Mode::read})));
  return good(database.all("select sql from sqlite_master where sql is not null order by name",
                           [](Query& row) { return row.text(0); }));
}

TEST(Migrations, OldStoresEndWithTheSchemaOfNewOnes) {
  const ScratchDir fresh;
  const ScratchDir old;
  good(open_sqlite_store(fresh.path()));
  load(old.path(), 1);
  good(open_sqlite_store(old.path()));
  EXPECT_EQ(schema_of(old.path() / "store.sqlite"), schema_of(fresh.path() / "store.sqlite"));
}

TEST(Migrations, AreNumberedWithoutGaps) {
  int expected = 0;
  for (const Migration& migration : migrations()) {
    EXPECT_EQ(migration.version, ++expected);
    EXPECT_FALSE(migration.sql.empty());
  }
  EXPECT_GE(expected, 4);
}

TEST(Migrations, NewerOrOtherSchemasAreRefused) {
  const ScratchDir dir;
  good(open_sqlite_store(dir.path()));
  const auto change = [&](const std::string& sql) {
    Database database(good(open_sqlite(dir.path() / "store.sqlite", {SqliteOptions::Mode::write})));
    good(database.connection().execute(sql));
  };
  change("insert into schema_versions values (99, '099_future', 'x')");
  const auto newer = open_sqlite_store(dir.path());
  ASSERT_EQ(code_of(newer), ErrorCode::corrupt);
  EXPECT_NE(newer.error().message.find("099_future"), std::string::npos);
  change(
      "delete from schema_versions where version = 99; update schema_versions set hash = 'x' where "
      "version = 1");
  EXPECT_EQ(code_of(open_sqlite_store(dir.path())), ErrorCode::corrupt);
}

}  // namespace
}  // namespace xunjie::store
