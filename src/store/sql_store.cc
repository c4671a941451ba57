#include "store/sql_store.h"

#include <chrono>

#include "base/check.h"
#include "base/crash_point.h"
#include "store/statements.h"

namespace xunjie::store {
namespace {

// After these nothing in the transaction can be trusted to be there; everybody in it is told.
bool fails_all(ErrorCode code) {
  return code == ErrorCode::full || code == ErrorCode::unavailable || code == ErrorCode::corrupt;
}

}  // namespace

Result<std::unique_ptr<ports::Store>> SqlStore::open(Parts parts) {
  std::unique_ptr<SqlStore> store(new SqlStore(std::move(parts)));
  XUNJIE_TRY_VOID(store->load_state());
  return std::unique_ptr<ports::Store>(std::move(store));
}

SqlStore::SqlStore(Parts parts)
    : options_(parts.options),
      lock_(std::move(parts.lock)),
      key_(std::move(parts.key)),
      writer_(parts.writer != nullptr ? std::make_unique<Database>(std::move(parts.writer))
                                      : nullptr),
      readers_(std::move(parts.readers)) {
  if (writer_ == nullptr) return;
  const auto commit = [this](std::span<WriteRequest* const> group) { commit_group(group); };
  queue_ = std::make_unique<WriteQueue>(commit, options_.queue_max, options_.group_max);
}

SqlStore::~SqlStore() {
  queue_.reset();
  if (writer_ == nullptr || state_.log.events == state_.signed_events) return;
  // A failure costs only the newest checkpoint; the next opening signs these events.
  auto transaction = Transaction::begin(*writer_);
  if (transaction.ok() && write_checkpoint().ok()) (void)transaction->commit().ok();
}

Result<void> SqlStore::load_state() {
  if (writer_ == nullptr) return {};
  const auto number = [](Query& row) { return row.integer(0); };
  XUNJIE_TRY(position, writer_->one(sql::kLastPosition, number));
  XUNJIE_TRY(effect, writer_->one(sql::kLastEffect, number));
  state_.position = position.value_or(0);
  state_.effect_position = effect.value_or(0);
  XUNJIE_TRY(checkpoint, writer_->one(sql::kLastCheckpoint, [this](Query& row) {
    state_.checkpoints = row.integer(0);
    state_.log.position = row.integer(1);
    state_.log.events = row.integer(2);
    return Digest::read(row.view(3), state_.log.digest);
  }));
  if (checkpoint && !*checkpoint) return make_error(ErrorCode::corrupt, "检查点已损坏");
  state_.signed_events = state_.log.events;
  XUNJIE_TRY_VOID(writer_->all(
      sql::kHashesAfter,
      [this](Query& row) {
        Digest hash;
        Digest::read(row.view(1), hash);
        state_.log.fold(row.integer(0), hash);
        state_.last_at = row.time(2);
        return true;
      },
      state_.log.position));
  published_ = state_.position;
  return {};
}

void SqlStore::commit_group(std::span<WriteRequest* const> group) {
  // Requests look before they write, so a group nearly always goes through without savepoints,
  // which would copy every page each request touches. When one does fail half-way, the group is
  // undone and repeated with a savepoint around each.
  if (try_group(group, false) == Attempt::repeat_isolated) try_group(group, true);
}

void SqlStore::answer_all(std::span<WriteRequest* const> group, const Error& error) {
  for (WriteRequest* request : group) request->outcome = error;
}

// True: the request is decided. False: it failed after writing and was not isolated.
Result<bool> SqlStore::apply_one(WriteRequest& request, bool isolated) {
  const WriterState before = state_;
  const std::int64_t writes = writer_->writes();
  if (isolated) XUNJIE_TRY_VOID(writer_->run("savepoint request"));
  request.outcome = request.apply(*writer_);
  if (request.outcome.ok()) {
    if (isolated) XUNJIE_TRY_VOID(writer_->run("release savepoint request"));
    return true;
  }
  if (fails_all(request.outcome.error().code)) return request.outcome.error();
  state_ = before;
  if (isolated) {
    XUNJIE_TRY_VOID(writer_->run("rollback to savepoint request"));
    XUNJIE_TRY_VOID(writer_->run("release savepoint request"));
    return true;
  }
  return writer_->writes() == writes;
}

SqlStore::Attempt SqlStore::try_group(std::span<WriteRequest* const> group, bool isolated) {
  const WriterState before = state_;
  const std::int64_t writes = writer_->writes();
  auto transaction = Transaction::begin(*writer_);
  Result<void> done = transaction.ok() ? Result<void>() : Result<void>(transaction.error());
  for (WriteRequest* request : group) {
    if (!done.ok()) break;
    const auto decided = apply_one(*request, isolated);
    if (!decided.ok()) {
      done = decided.error();
    } else if (!*decided) {
      state_ = before;
      return Attempt::repeat_isolated;  // the transaction rolls back as it goes
    }
  }
  const bool wrote = writer_->writes() != writes;
  if (done.ok() && !wrote) return Attempt::answered;
  if (done.ok() && state_.log.events - state_.signed_events >= options_.checkpoint_every)
    done = write_checkpoint();
  if (done.ok()) {
    crash_point("store.before_commit");
    done = transaction->commit();
  }
  if (!done.ok()) {
    state_ = before;
    answer_all(group, done.error());
    return Attempt::answered;
  }
  crash_point("store.after_commit");
  transactions_.fetch_add(1, std::memory_order_relaxed);
  if (state_.position != before.position) publish(state_.position);
  return Attempt::answered;
}

Result<void> SqlStore::write_checkpoint() {
  const std::int64_t number = state_.checkpoints + 1;
  const std::string text = checkpoint_text(number, state_.log, state_.last_at);
  const std::string signature = key_->sign(text);
  XUNJIE_TRY_VOID(writer_->run(sql::kInsertCheckpoint, number, state_.log.position,
                               state_.log.events, state_.last_at, Bytes{state_.log.digest.view()},
                               Bytes{key_->public_key()}, Bytes{signature}));
  state_.checkpoints = number;
  state_.signed_events = state_.log.events;
  return {};
}

void SqlStore::publish(std::int64_t position) {
  {
    const std::lock_guard lock(published_mutex_);
    published_ = position;
  }
  published_changed_.notify_all();
}

bool SqlStore::wait_for_change(std::int64_t position, Micros wait) {
  std::unique_lock lock(published_mutex_);
  return published_changed_.wait_for(lock, std::chrono::microseconds(wait.count),
                                     [&] { return published_ > position; });
}

WriterStats SqlStore::stats() const {
  WriterStats stats = queue_ != nullptr ? queue_->stats() : WriterStats{};
  stats.transactions = transactions_.load(std::memory_order_relaxed);
  return stats;
}

WriterStats writer_stats(const ports::Store& store) {
  const auto* own = dynamic_cast<const SqlStore*>(&store);
  return own != nullptr ? own->stats() : WriterStats{};
}

}  // namespace xunjie::store
