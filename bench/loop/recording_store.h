// A store in front of the store: passes everything on and keeps what was committed, in commit
// order, so that the bare engine can be given the same rows afterwards.
#pragma once

#include <vector>

#include "bench/loop/batch_tape.h"
#include "ports/store.h"

namespace xunjie::bench {

class RecordingStore final : public ports::Store {
 public:
  RecordingStore(ports::Store& inner, std::size_t expected_bytes)
      : inner_(inner), tape_(expected_bytes) {}

  // The batches committed so far, in the order of their positions.
  std::vector<ports::Batch> take() { return tape_.take(); }

  Result<ports::Committed> commit(const ports::Batch& batch) override {
    auto done = inner_.commit(batch);
    if (!done.ok() || done->repeated) return done;
    tape_.add(done->position, batch);
    return done;
  }

  // The rest is passed on as it is.
  using Id = domain::CaseId;
  using Text = std::string;
  using Filter = ports::CaseFilter;
  using Page = ports::Page;
  using Effect = ports::EffectRow;
  Result<std::optional<ports::CommandReceipt>> find_receipt(const Text& s,
                                                            const domain::CommandId& id) override {
    return inner_.find_receipt(s, id);
  }
  Result<void> put_receipt(const ports::CommandReceipt& r) override {
    return inner_.put_receipt(r);
  }
  Result<std::optional<ports::CaseRow>> find_case(const Id& id) override {
    return inner_.find_case(id);
  }
  Result<std::optional<ports::CaseRow>> find_open_case(const Text& p, const Text& v) override {
    return inner_.find_open_case(p, v);
  }
  Result<ports::PageOf<ports::CaseRow>> list_cases(const Filter& f, const Page& p) override {
    return inner_.list_cases(f, p);
  }
  Result<std::int64_t> count_cases(const Filter& f) override { return inner_.count_cases(f); }
  Result<std::vector<ports::StoredEvent>> events_of(const Id& id) override {
    return inner_.events_of(id);
  }
  Result<std::vector<ports::StoredEvent>> events_after(std::int64_t p, int n) override {
    return inner_.events_after(p, n);
  }
  Result<std::vector<ports::Change>> changes_after(std::int64_t p, int n) override {
    return inner_.changes_after(p, n);
  }
  Result<std::int64_t> last_change() override { return inner_.last_change(); }
  Result<ports::Funnel> funnel(UtcMicros a, UtcMicros b, const Text& s) override {
    return inner_.funnel(a, b, s);
  }
  Result<int> reminded_cases(const domain::ShopId& s, UtcMicros t) override {
    return inner_.reminded_cases(s, t);
  }
  bool wait_for_change(std::int64_t p, Micros w) override { return inner_.wait_for_change(p, w); }
  Result<std::vector<Effect>> claim_effects(UtcMicros t, Micros l, int n) override {
    return inner_.claim_effects(t, l, n);
  }
  Result<void> finish_effect(const Text& id, const Text& r) override {
    return inner_.finish_effect(id, r);
  }
  Result<void> retry_effect(const Text& id, UtcMicros t, const Text& e) override {
    return inner_.retry_effect(id, t, e);
  }
  Result<void> park_effect(const Text& id, const Text& e) override {
    return inner_.park_effect(id, e);
  }
  Result<ports::PageOf<Effect>> list_effects(const Text& s, const Page& p) override {
    return inner_.list_effects(s, p);
  }
  Result<std::optional<Effect>> find_effect(const Text& id) override {
    return inner_.find_effect(id);
  }
  Result<std::optional<Effect>> find_effect_by_reference(const Text& r) override {
    return inner_.find_effect_by_reference(r);
  }
  Result<std::vector<ports::TimerRow>> due_timers(UtcMicros t, int n) override {
    return inner_.due_timers(t, n);
  }
  Result<std::optional<UtcMicros>> next_timer() override { return inner_.next_timer(); }
  Result<ports::Entity> put_entity(const ports::Entity& e,
                                   std::optional<std::uint32_t> v) override {
    return inner_.put_entity(e, v);
  }
  Result<std::optional<ports::Entity>> find_entity(const Text& k, const Text& id) override {
    return inner_.find_entity(k, id);
  }
  Result<ports::PageOf<ports::Entity>> list_entities(const Text& k, const Text& s,
                                                     const Page& p) override {
    return inner_.list_entities(k, s, p);
  }
  Result<void> erase_entity(const Text& k, const Text& id) override {
    return inner_.erase_entity(k, id);
  }
  Result<void> replace_row(const ports::CaseRow& r) override { return inner_.replace_row(r); }
  Result<std::string> projection_hash() override { return inner_.projection_hash(); }
  Result<ports::CheckReport> check() override { return inner_.check(); }

 private:
  ports::Store& inner_;
  BatchTape tape_;
};

}  // namespace xunjie::bench
