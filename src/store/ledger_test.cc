// The evidence ledger over the real engine: lists, the index, deletions and their chain.
#include "ports/evidence_ledger.h"
#include "store/sqlite_connection.h"
#include "store/store_fixture.h"

namespace xunjie::store {
namespace {

using namespace testing;  // NOLINT: the fixture's words
using domain::BlobId;
using domain::CaseId;

BlobId blob(char c) {
  return BlobId(std::string(64, c));
}

ports::AccessRecord access(int minute, const std::string& user, char c) {
  ports::AccessRecord one;
  one.at = at(minute);
  one.user = user;
  one.name = "甲";
  one.role = "reviewer";
  one.unit = "310110009";
  one.what = "picture";
  one.blob = blob(c);
  one.case_id = CaseId("C1");
  one.reason = "抽查";
  one.times = 2;
  return one;
}

struct Ledger : ::testing::Test {
  ScratchDir dir;
  std::unique_ptr<ports::Store> store = good(open_sqlite_store(dir.path()));
  std::unique_ptr<ports::EvidenceLedger> ledger = open_evidence_ledger(*store);

  ports::Deletion deletion(const std::string& case_id, std::vector<BlobId> blobs) {
    ports::Deletion one;
    one.at = at(5);
    one.cause = case_id.empty() ? "unreferenced" : "case_ended";
    one.case_id = CaseId(case_id);
    one.blobs = std::move(blobs);
    one.bytes = 10;
    return good(ledger->begin_deletion(one));
  }
  void change(const std::string& sql) {
    ledger.reset();
    store.reset();
    Database database(good(open_sqlite(dir.path() / "store.sqlite", {SqliteOptions::Mode::write})));
    good(database.connection().execute(sql));
    store = good(open_sqlite_store(dir.path()));
    ledger = open_evidence_ledger(*store);
  }
};

TEST_F(Ledger, AccessesAreListedNewestFirstFilteredAndPaged) {
  good(ledger->append_accesses({access(1, "a", '1'), access(2, "b", '2'), access(3, "a", '3')}));
  const auto all = good(ledger->list_accesses({}, {}));
  ASSERT_EQ(all.items.size(), 3U);
  EXPECT_EQ(all.items[0].blob, blob('3'));
  EXPECT_EQ(all.items[0].reason, "抽查");
  EXPECT_EQ(all.items[0].times, 2);
  ports::AccessFilter of_a;
  of_a.user = "a";
  ports::Page page;
  page.limit = 1;
  const auto first = good(ledger->list_accesses(of_a, page));
  ASSERT_EQ(first.items.size(), 1U);
  EXPECT_EQ(first.items[0].blob, blob('3'));
  page.cursor = first.next_cursor;
  const auto second = good(ledger->list_accesses(of_a, page));
  ASSERT_EQ(second.items.size(), 1U);
  EXPECT_EQ(second.items[0].blob, blob('1'));
  EXPECT_TRUE(second.next_cursor.empty());
  ports::AccessFilter between;
  between.from = at(2);
  between.until = at(3);
  EXPECT_EQ(good(ledger->list_accesses(between, {})).items.size(), 1U);
}

TEST_F(Ledger, OldAccessesGoInBoundedSteps) {
  good(ledger->append_accesses({access(1, "a", '1'), access(2, "b", '2'), access(3, "a", '3')}));
  EXPECT_EQ(good(ledger->erase_accesses(at(3), 1)), 1);
  EXPECT_EQ(good(ledger->erase_accesses(at(3), 10)), 1);
  EXPECT_EQ(good(ledger->erase_accesses(at(3), 10)), 0);
  const auto left = good(ledger->list_accesses({}, {}));
  ASSERT_EQ(left.items.size(), 1U);
  good(ledger->append_accesses({access(4, "c", '4')}));
  EXPECT_GT(good(ledger->list_accesses({}, {})).items[0].position, left.items[0].position);
}

TEST_F(Ledger, TheIndexMovesOnlyForwardFromWhereItIs) {
  EXPECT_EQ(good(ledger->indexed_to()), 0);
  good(ledger->index(0, {7, {{blob('1'), CaseId("C1")}}, {{CaseId("C1"), at(1)}}}));
  EXPECT_EQ(good(ledger->indexed_to()), 7);
  EXPECT_EQ(code_of(ledger->index(0, {9, {}, {}})), ErrorCode::version_conflict);
  EXPECT_EQ(good(ledger->blobs_of(CaseId("C1"))), std::vector{blob('1')});
  EXPECT_EQ(good(ledger->cases_ended(at(2), {}, 10)).size(), 1U);
  EXPECT_TRUE(good(ledger->cases_ended(at(1), {}, 10)).empty());
  good(ledger->index(7, {8, {}, {{CaseId("C1"), std::nullopt}}}));  // opened again
  EXPECT_TRUE(good(ledger->cases_ended(at(2), {}, 10)).empty());
}

TEST_F(Ledger, WhatAnotherCaseUsesAndItsCopiesAreInUse) {
  good(ledger->index(
      0,
      {1, {{blob('1'), CaseId("C1")}, {blob('2'), CaseId("C1")}, {blob('2'), CaseId("C2")}}, {}}));
  good(ledger->put_copy(blob('2'), "picture", blob('a')));
  good(ledger->put_copy(blob('1'), "picture", blob('b')));
  const std::vector asked{blob('1'), blob('2'), blob('a'), blob('b'), blob('9')};
  EXPECT_EQ(good(ledger->in_use(asked, CaseId("C1"))), (std::vector{blob('2'), blob('a')}));
  EXPECT_EQ(good(ledger->in_use(asked, CaseId())).size(), 4U);
  EXPECT_EQ(good(ledger->find_copy(blob('2'), "picture")), blob('a'));
  EXPECT_EQ(good(ledger->copies_of({blob('1'), blob('2')})).size(), 2U);
}

TEST_F(Ledger, ADeletionIsRememberedForgetsItsUsesAndIsFinishedOnce) {
  good(ledger->index(0, {1, {{blob('1'), CaseId("C1")}}, {{CaseId("C1"), at(1)}}}));
  good(ledger->put_copy(blob('1'), "picture", blob('a')));
  const auto one = deletion("C1", {blob('1'), blob('a')});
  EXPECT_EQ(one.number, 1);
  ASSERT_EQ(good(ledger->unfinished_deletions()).size(), 1U);
  EXPECT_EQ(good(ledger->unfinished_deletions())[0].blobs.size(), 2U);
  EXPECT_TRUE(good(ledger->was_deleted(blob('1'))));
  EXPECT_FALSE(good(ledger->was_deleted(blob('2'))));
  EXPECT_TRUE(good(ledger->cases_ended(at(9), {}, 10)).empty());
  EXPECT_FALSE(good(ledger->find_copy(blob('1'), "picture")).has_value());
  good(ledger->finish_deletion(1, at(6)));
  EXPECT_TRUE(good(ledger->unfinished_deletions()).empty());
  const auto listed = good(ledger->list_deletions({}));
  ASSERT_EQ(listed.items.size(), 1U);
  EXPECT_EQ(listed.items[0].count, 2);
  EXPECT_EQ(listed.items[0].done_at, at(6));
}

TEST_F(Ledger, UnnamedFilesLeaveTheirDigestOnly) {
  deletion("", {blob('5')});
  good(ledger->finish_deletion(1, at(6)));
  EXPECT_FALSE(good(ledger->was_deleted(blob('5'))));
  std::int64_t checked = 0;
  EXPECT_TRUE(good(ledger->check_deletions(checked)).empty());
  EXPECT_EQ(checked, 1);
}

TEST_F(Ledger, ADeletionCannotBeTakenBackOrRewrittenUnnoticed) {
  const auto faults = [this](const std::string& sql) {
    change(sql);
    std::int64_t checked = 0;
    return good(ledger->check_deletions(checked)).size();
  };
  deletion("C1", {blob('1')});
  deletion("C2", {blob('2')});
  deletion("C3", {blob('3')});
  EXPECT_EQ(faults("select 1"), 0U);
  EXPECT_EQ(faults("update deletions set files = 2 where number = 1"), 1U);
  EXPECT_GE(faults("update deletions set files = 1 where number = 1; "
                   "update deleted_blobs set blob = 'x' where number = 2"),
            1U);
  EXPECT_GE(faults("delete from deletions where number = 2"), 2U);
}

}  // namespace
}  // namespace xunjie::store
