// Which case uses which picture, and copies made of them.
#include "store/ledger.h"
#include "store/ledger_statements.h"

namespace xunjie::store {
namespace {

using domain::BlobId;

BlobId read_blob(Query& row) {
  return BlobId(row.text(0));
}

}  // namespace

Result<std::int64_t> SqlLedger::indexed_to() {
  const auto reader = store_.readers_.take();
  XUNJIE_TRY(position, reader->one(sql::kIndexedTo, [](Query& row) { return row.integer(0); }));
  return position.value_or(0);
}

Result<void> SqlLedger::index(std::int64_t after, const ports::IndexStep& step) {
  return store_.write([&](Database& database) -> Result<void> {
    XUNJIE_TRY(position, database.one(sql::kIndexedTo, [](Query& row) { return row.integer(0); }));
    if (position.value_or(0) != after) {
      return make_error(ErrorCode::version_conflict, "the index ends at " +
                                                         std::to_string(position.value_or(0)) +
                                                         ", not at " + std::to_string(after));
    }
    for (const auto& use : step.uses) {
      XUNJIE_TRY_VOID(database.run(sql::kPutUse, use.blob.value, use.case_id.value));
    }
    for (const auto& one : step.cases) {
      XUNJIE_TRY_VOID(database.run(sql::kPutCaseUse, one.case_id.value, one.ended_at));
    }
    XUNJIE_TRY_VOID(database.run(sql::kSetIndexedTo, step.upto));
    return {};
  });
}

Result<std::vector<ports::CaseUse>> SqlLedger::cases_ended(UtcMicros before,
                                                           const ports::CaseUse& after, int limit) {
  const auto reader = store_.readers_.take();
  return reader->all(
      sql::kCasesEnded,
      [](Query& row) {
        return ports::CaseUse{domain::CaseId(row.text(0)), row.optional_time(1)};
      },
      before, after.ended_at.value_or(UtcMicros{}), after.case_id.value, limit);
}

Result<std::vector<BlobId>> SqlLedger::blobs_of(const domain::CaseId& id) {
  const auto reader = store_.readers_.take();
  return reader->all(sql::kBlobsOfCase, read_blob, id.value);
}

Result<std::vector<BlobId>> SqlLedger::in_use(const std::vector<BlobId>& blobs,
                                              const domain::CaseId& besides) {
  const auto reader = store_.readers_.take();
  const auto there = [](Query&) { return true; };
  std::vector<BlobId> used;
  for (const BlobId& blob : blobs) {
    XUNJIE_TRY(direct, reader->one(sql::kUsedBesides, there, blob.value, besides.value));
    auto in_use = direct.has_value();
    if (!in_use) {
      XUNJIE_TRY(copied, reader->one(sql::kOriginalInUse, there, blob.value, besides.value));
      in_use = copied.has_value();
    }
    if (in_use) used.push_back(blob);
  }
  return used;
}

Result<std::optional<BlobId>> SqlLedger::find_copy(const BlobId& original,
                                                   const std::string& recipe) {
  const auto reader = store_.readers_.take();
  return reader->one(sql::kFindCopy, read_blob, original.value, recipe);
}

Result<void> SqlLedger::put_copy(const BlobId& original, const std::string& recipe,
                                 const BlobId& copy) {
  return store_.write([&](Database& database) -> Result<void> {
    XUNJIE_TRY_VOID(database.run(sql::kPutCopy, original.value, recipe, copy.value));
    return {};
  });
}

Result<std::vector<BlobId>> SqlLedger::copies_of(const std::vector<BlobId>& originals) {
  const auto reader = store_.readers_.take();
  std::vector<BlobId> all;
  for (const BlobId& original : originals) {
    XUNJIE_TRY(copies, reader->all(sql::kCopiesOf, read_blob, original.value));
    all.insert(all.end(), copies.begin(), copies.end());
  }
  return all;
}

std::unique_ptr<ports::EvidenceLedger> open_evidence_ledger(ports::Store& store) {
  auto* own = dynamic_cast<SqlStore*>(&store);
  if (own == nullptr) return nullptr;
  return std::make_unique<SqlLedger>(*own);
}

}  // namespace xunjie::store
