// ports::EvidenceLedger in the same database as the cases, written through the same queue. The
// parts stand in ledger_access.cc, ledger_uses.cc (index and copies) and ledger_deletions.cc.
#pragma once

#include "ports/evidence_ledger.h"
#include "store/sql_store.h"

namespace xunjie::store {

class SqlLedger final : public ports::EvidenceLedger {
 public:
  explicit SqlLedger(SqlStore& store) : store_(store) {}

  Result<void> append_accesses(const std::vector<ports::AccessRecord>& records) override;
  Result<ports::PageOf<ports::AccessRecord>> list_accesses(const ports::AccessFilter& filter,
                                                           const ports::Page& page) override;
  Result<int> erase_accesses(UtcMicros before, int limit) override;

  Result<std::int64_t> indexed_to() override;
  Result<void> index(std::int64_t after, const ports::IndexStep& step) override;
  Result<std::vector<ports::CaseUse>> cases_ended(UtcMicros before, const ports::CaseUse& after,
                                                  int limit) override;
  Result<std::vector<domain::BlobId>> blobs_of(const domain::CaseId& id) override;
  Result<std::vector<domain::BlobId>> in_use(const std::vector<domain::BlobId>& blobs,
                                             const domain::CaseId& besides) override;

  Result<std::optional<domain::BlobId>> find_copy(const domain::BlobId& original,
                                                  const std::string& recipe) override;
  Result<void> put_copy(const domain::BlobId& original, const std::string& recipe,
                        const domain::BlobId& copy) override;
  Result<std::vector<domain::BlobId>> copies_of(
      const std::vector<domain::BlobId>& originals) override;

  Result<ports::Deletion> begin_deletion(ports::Deletion deletion) override;
  Result<void> finish_deletion(std::int64_t number, UtcMicros at) override;
  Result<std::vector<ports::Deletion>> unfinished_deletions() override;
  Result<ports::PageOf<ports::Deletion>> list_deletions(const ports::Page& page) override;
  Result<bool> was_deleted(const domain::BlobId& blob) override;
  Result<std::vector<std::string>> check_deletions(std::int64_t& checked) override;

 private:
  SqlStore& store_;
};

}  // namespace xunjie::store
