// ports::Store over the SQL layer; knows no engine. The parts stand in files by what they are
// about: sql_store.cc (opening, groups, checkpoints), case_commit.cc, case_queries.cc, outbox.cc,
// registry.cc, store_check.cc.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "ports/store.h"
#include "store/chain.h"
#include "store/checkpoint_key.h"
#include "store/durable_file.h"
#include "store/open.h"
#include "store/reader_pool.h"
#include "store/sql.h"
#include "store/write_queue.h"

namespace xunjie::store {

class SqlLedger;

class SqlStore final : public ports::Store {
 public:
  struct Parts {
    StoreOptions options;
    FileHandle lock;                     // held as long as the store is open
    std::unique_ptr<Connection> writer;  // null: read only
    std::vector<std::unique_ptr<Connection>> readers;
    std::optional<CheckpointKey> key;  // absent: read only and none there
  };
  static Result<std::unique_ptr<ports::Store>> open(Parts parts);
  ~SqlStore() override;

  Result<ports::Committed> commit(const ports::Batch& batch) override;
  Result<std::optional<ports::CommandReceipt>> find_receipt(const std::string& scope,
                                                            const domain::CommandId& id) override;
  Result<void> put_receipt(const ports::CommandReceipt& receipt) override;

  Result<std::optional<ports::CaseRow>> find_case(const domain::CaseId& id) override;
  Result<std::optional<ports::CaseRow>> find_open_case(const std::string& place_key,
                                                       const std::string& violation) override;
  Result<ports::PageOf<ports::CaseRow>> list_cases(const ports::CaseFilter& filter,
                                                   const ports::Page& page) override;
  Result<std::int64_t> count_cases(const ports::CaseFilter& filter) override;
  Result<std::vector<ports::StoredEvent>> events_of(const domain::CaseId& id) override;
  Result<std::vector<ports::StoredEvent>> events_after(std::int64_t position, int limit) override;
  Result<std::vector<ports::Change>> changes_after(std::int64_t position, int limit) override;
  Result<std::int64_t> last_change() override;
  Result<ports::Funnel> funnel(UtcMicros from, UtcMicros until,
                               const std::string& subdistrict) override;
  Result<int> reminded_cases(const domain::ShopId& shop, UtcMicros since) override;
  bool wait_for_change(std::int64_t position, Micros wait) override;

  Result<std::vector<ports::EffectRow>> claim_effects(UtcMicros now, Micros lease,
                                                      int limit) override;
  Result<void> finish_effect(const std::string& id, const std::string& reference) override;
  Result<void> retry_effect(const std::string& id, UtcMicros next_attempt,
                            const std::string& error) override;
  Result<void> park_effect(const std::string& id, const std::string& error) override;
  Result<ports::PageOf<ports::EffectRow>> list_effects(const std::string& status,
                                                       const ports::Page& page) override;
  Result<std::optional<ports::EffectRow>> find_effect(const std::string& id) override;
  Result<std::optional<ports::EffectRow>> find_effect_by_reference(
      const std::string& reference) override;

  Result<std::vector<ports::TimerRow>> due_timers(UtcMicros now, int limit) override;
  Result<std::optional<UtcMicros>> next_timer() override;

  Result<ports::Entity> put_entity(const ports::Entity& entity,
                                   std::optional<std::uint32_t> expected_version) override;
  Result<std::optional<ports::Entity>> find_entity(const std::string& kind,
                                                   const std::string& id) override;
  Result<ports::PageOf<ports::Entity>> list_entities(const std::string& kind,
                                                     const std::string& subdistrict,
                                                     const ports::Page& page) override;
  Result<void> erase_entity(const std::string& kind, const std::string& id) override;

  Result<void> replace_row(const ports::CaseRow& row) override;
  Result<std::string> projection_hash() override;
  Result<ports::CheckReport> check() override;

  [[nodiscard]] WriterStats stats() const;

 private:
  // What the writer counts on from one transaction to the next; put back when one fails.
  struct WriterState {
    std::int64_t position = 0;         // of the newest event or change
    std::int64_t effect_position = 0;  // of the newest effect
    RunningDigest log;
    UtcMicros last_at;               // of the newest event
    std::int64_t checkpoints = 0;    // number of the newest
    std::int64_t signed_events = 0;  // covered by it
  };
  friend class SqlLedger;  // ledger.h: shares the queue and the readers
  enum class Attempt { answered, repeat_isolated };
  struct CaseBefore;

  explicit SqlStore(Parts parts);
  Result<void> load_state();

  // Runs `apply(Database&) -> Result<T>` on the writer, in some transaction, and returns when it is
  // durable. `apply` may be run twice.
  template <typename Apply>
  auto write(Apply apply) -> std::invoke_result_t<Apply&, Database&>;

  void commit_group(std::span<WriteRequest* const> group);
  Attempt try_group(std::span<WriteRequest* const> group, bool isolated);
  Result<bool> apply_one(WriteRequest& request, bool isolated);
  void answer_all(std::span<WriteRequest* const> group, const Error& error);
  Result<void> write_checkpoint();
  void publish(std::int64_t position);

  Result<ports::Committed> apply_batch(Database& database, const ports::Batch& batch);
  Result<std::optional<CaseBefore>> look_at(Database& database, const ports::Batch& batch);
  Result<std::optional<Error>> refusal(Database& database, const ports::Batch& batch,
                                       const std::optional<CaseBefore>& before);
  Result<Digest> append_events(Database& database, const ports::Batch& batch, Digest head);
  Result<void> write_effects(Database& database, const ports::Batch& batch);
  Result<void> write_timers(Database& database, const ports::Batch& batch);
  Result<void> finish_in_commit(Database& database, const std::string& id);
  Result<void> put_change(Database& database, const std::string& topic, const std::string& id,
                          std::uint32_t version, UtcMicros at);

  const StoreOptions options_;
  FileHandle lock_;
  std::optional<CheckpointKey> key_;
  std::unique_ptr<Database> writer_;  // used by the owner of a group only
  WriterState state_;                 // likewise
  std::atomic<std::int64_t> transactions_{0};
  ReaderPool readers_;
  std::mutex published_mutex_;
  std::condition_variable published_changed_;
  std::int64_t published_ = 0;         // guarded by published_mutex_
  std::unique_ptr<WriteQueue> queue_;  // null: read only; last, so that it stops first
};

template <typename Apply>
auto SqlStore::write(Apply apply) -> std::invoke_result_t<Apply&, Database&> {
  using Answer = std::invoke_result_t<Apply&, Database&>;
  struct Request final : WriteRequest {
    explicit Request(Apply& given) : step(given) {}
    Result<void> apply(Database& database) override {
      answer.emplace(step(database));
      return answer->ok() ? Result<void>() : Result<void>(answer->error());
    }
    Apply& step;
    std::optional<Answer> answer;
  };
  if (queue_ == nullptr) return make_error(ErrorCode::unavailable, "存储以只读方式打开，不能写入");
  Request request(apply);
  XUNJIE_TRY_VOID(queue_->run(request));
  return std::move(*request.answer);
}

}  // namespace xunjie::store
