// The log of deletions: written before a file goes, chained, and kept for good.
#include <algorithm>
#include <limits>

#include "store/cursor.h"
#include "store/digest.h"
#include "store/ledger.h"
#include "store/ledger_statements.h"

namespace xunjie::store {
namespace {

using domain::BlobId;
using ports::Deletion;

constexpr std::string_view kList = "deletions";

// A row with the hash it was stored under.
struct Row {
  Deletion deletion;
  Digest hash;
};

Row read_deletion(Query& row) {
  Row out;
  out.deletion.number = row.integer(0);
  out.deletion.at = row.time(1);
  out.deletion.cause = row.text(2);
  out.deletion.case_id = domain::CaseId(row.text(3));
  out.deletion.count = row.integer(4);
  out.deletion.bytes = row.integer(5);
  out.deletion.digest = row.text(6);
  Digest::read(row.view(7), out.hash);
  out.deletion.done_at = row.optional_time(8);
  return out;
}

// Over the sorted hashes, so that the record proves which files went even where they are not
// listed.
std::string digest_of(std::vector<BlobId> blobs) {
  std::sort(blobs.begin(), blobs.end());
  Sha256 hash;
  hash.field("xunjie-deleted-1");
  for (const BlobId& blob : blobs) hash.field(blob.value);
  return hash.finish().hex();
}

Digest hash_of(const Digest& previous, const Deletion& deletion) {
  return Sha256()
      .field("xunjie-deletion-1")
      .field(previous.view())
      .number(deletion.number)
      .number(deletion.at.count)
      .field(deletion.cause)
      .field(deletion.case_id.value)
      .number(deletion.count)
      .number(deletion.bytes)
      .field(deletion.digest)
      .finish();
}

Result<void> forget(Database& database, const Deletion& deletion) {
  if (!deletion.case_id.empty()) {
    XUNJIE_TRY_VOID(database.run(sql::kForgetUses, deletion.case_id.value));
    XUNJIE_TRY_VOID(database.run(sql::kForgetCase, deletion.case_id.value));
  }
  for (const BlobId& blob : deletion.blobs) {
    XUNJIE_TRY_VOID(database.run(sql::kForgetCopies, blob.value));
  }
  return {};
}

Result<void> add_blobs(Database& database, std::vector<Deletion>& deletions) {
  for (Deletion& deletion : deletions) {
    XUNJIE_TRY(blobs, database.all(
                          sql::kDeletedBlobs, [](Query& row) { return BlobId(row.text(0)); },
                          deletion.number));
    deletion.blobs = std::move(blobs);
  }
  return {};
}

std::vector<Deletion> deletions_of(std::vector<Row> rows) {
  std::vector<Deletion> out;
  out.reserve(rows.size());
  for (Row& row : rows) out.push_back(std::move(row.deletion));
  return out;
}

}  // namespace

Result<Deletion> SqlLedger::begin_deletion(Deletion deletion) {
  deletion.count = static_cast<std::int64_t>(deletion.blobs.size());
  deletion.digest = digest_of(deletion.blobs);
  return store_.write([&](Database& database) -> Result<Deletion> {
    struct Last {
      std::int64_t number = 0;
      Digest hash;
    };
    XUNJIE_TRY(last, database.one(sql::kLastDeletion, [](Query& row) {
      Last out{row.integer(0), {}};
      Digest::read(row.view(1), out.hash);
      return out;
    }));
    deletion.number = last.value_or(Last{}).number + 1;
    const Digest hash = hash_of(last.value_or(Last{}).hash, deletion);
    XUNJIE_TRY_VOID(database.run(sql::kInsertDeletion, deletion.number, deletion.at, deletion.cause,
                                 deletion.case_id.value, deletion.count, deletion.bytes,
                                 deletion.digest, Bytes{hash.view()}, std::optional<UtcMicros>()));
    for (const BlobId& blob : deletion.blobs) {
      XUNJIE_TRY_VOID(database.run(sql::kInsertDeletedBlob, blob.value, deletion.number));
    }
    XUNJIE_TRY_VOID(forget(database, deletion));
    return deletion;
  });
}

Result<void> SqlLedger::finish_deletion(std::int64_t number, UtcMicros at) {
  return store_.write([&](Database& database) -> Result<void> {
    XUNJIE_TRY_VOID(database.run(sql::kForgetUnnamed, number));
    XUNJIE_TRY_VOID(database.run(sql::kFinishDeletion, number, at));
    return {};
  });
}

Result<std::vector<Deletion>> SqlLedger::unfinished_deletions() {
  const auto reader = store_.readers_.take();
  XUNJIE_TRY(rows, reader->all(sql::kUnfinishedDeletions, read_deletion));
  auto out = deletions_of(std::move(rows));
  XUNJIE_TRY_VOID(add_blobs(*reader, out));
  return out;
}

Result<ports::PageOf<Deletion>> SqlLedger::list_deletions(const ports::Page& page) {
  XUNJIE_TRY_VOID(check_limit(page));
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (!page.cursor.empty()) {
    XUNJIE_TRY(cursor, read_cursor(kList, page.cursor));
    before = cursor.number;
  }
  const auto reader = store_.readers_.take();
  XUNJIE_TRY(rows, reader->all(sql::kListDeletions, read_deletion, before, page.limit + 1));
  ports::PageOf<Deletion> out{deletions_of(std::move(rows)), {}};
  if (out.items.size() > static_cast<std::size_t>(page.limit)) {
    out.items.pop_back();
    out.next_cursor = write_cursor(kList, {out.items.back().number, {}});
  }
  XUNJIE_TRY_VOID(add_blobs(*reader, out.items));
  return out;
}

Result<bool> SqlLedger::was_deleted(const BlobId& blob) {
  const auto reader = store_.readers_.take();
  XUNJIE_TRY(found, reader->one(
                        sql::kWasDeleted, [](Query&) { return true; }, blob.value));
  return found.has_value();
}

Result<std::vector<std::string>> SqlLedger::check_deletions(std::int64_t& checked) {
  const auto reader = store_.readers_.take();
  XUNJIE_TRY(rows, reader->all(sql::kAllDeletions, read_deletion));
  checked = static_cast<std::int64_t>(rows.size());
  std::vector<std::string> faults;
  Digest previous;
  std::int64_t number = 0;
  for (Row& row : rows) {
    const std::string where = "deletion " + std::to_string(row.deletion.number);
    if (row.deletion.number != ++number) faults.push_back(where + ": the one before is missing");
    if (hash_of(previous, row.deletion) != row.hash)
      faults.push_back(where + ": hash does not match");
    XUNJIE_TRY(blobs, reader->all(
                          sql::kDeletedBlobs, [](Query& blob) { return BlobId(blob.text(0)); },
                          row.deletion.number));
    const bool listed = !row.deletion.case_id.empty() || !row.deletion.done_at;
    if (listed && digest_of(std::move(blobs)) != row.deletion.digest)
      faults.push_back(where + ": the list of files was changed");
    number = row.deletion.number;
    previous = row.hash;
  }
  return faults;
}

}  // namespace xunjie::store
