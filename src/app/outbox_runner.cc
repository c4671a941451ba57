#include <algorithm>
#include <cmath>
#include <random>

#include "app/case_records.h"
#include "app/codec.h"
#include "app/effect_outcome.h"
#include "app/order_sender.h"
#include "app/receipts.h"
#include "app/reminder_sender.h"
#include "app/runners.h"
#include "base/crash_point.h"

namespace xunjie::app {
namespace {

// Few at a time: a claimed effect waits for those before it, and its lease must outlive that.
constexpr int kClaimMax = 2;
constexpr Micros kLease = seconds(60);
constexpr Micros kIdle = millis(250);

bool may_be_tried_again(ErrorCode code) {
  return code == ErrorCode::unavailable || code == ErrorCode::timeout ||
         code == ErrorCode::rate_limited || code == ErrorCode::full ||
         code == ErrorCode::version_conflict;
}

// Doubling, with a fifth of jitter so that many effects do not come back as one wave.
Micros pause_before(int next_attempt, const Policy& policy) {
  thread_local std::minstd_rand random(std::random_device{}());
  const double jitter = std::uniform_real_distribution<double>(0.8, 1.2)(random);
  const double doubled =
      policy.retry_first.seconds() * std::pow(2.0, std::max(0, next_attempt - 2));
  const double pause_s = std::min(doubled, policy.retry_max.seconds()) * jitter;
  return Micros{static_cast<std::int64_t>(pause_s * 1e6)};
}

Result<void> put_record(ports::Store& store, const char* kind, const ports::EffectRow& effect,
                        UtcMicros now) {
  XUNJIE_TRY(facts, facts_of(effect));
  json::object body;
  body["case"] = effect.case_id.value;
  body["reason"] = facts.reason;
  body["department"] = facts.department;
  body["text"] = facts.text;
  body["at"] = to_rfc3339(now);
  ports::Entity entity;
  entity.kind = kind;
  entity.id = effect.id;
  entity.body = json::serialize(body);
  entity.updated_at = now;
  XUNJIE_TRY(stored, store.put_entity(entity, std::nullopt));
  (void)stored;
  return {};
}

EffectOutcome finished(const Result<void>& result) {
  return result.ok() ? EffectOutcome::done() : EffectOutcome::failed(result.error());
}

}  // namespace

// One round's view of the runner's parts.
class EffectWorker {
 public:
  EffectWorker(ports::Store& store, const ReferenceData& reference, const Registry& registry,
               CaseCommands& commands, const MerchantLinks& links, const PictureLinks& pictures,
               const OutboxPorts& outside)
      : store_(store),
        reference_(reference),
        commands_(commands),
        outside_(outside),
        reminders_(store, reference, registry, commands, links, outside.messages),
        orders_(store, reference, registry, commands, pictures, outside.city) {}

  void work(const ports::EffectRow& effect, UtcMicros now) {
    const EffectOutcome outcome = attempt(effect, now);
    switch (outcome.kind) {
      case EffectOutcome::Kind::done:
        (void)store_.finish_effect(effect.id, outcome.reference);
        return;
      case EffectOutcome::Kind::again_at:
        (void)store_.retry_effect(effect.id, outcome.at, {});
        return;
      case EffectOutcome::Kind::failed:
        settle_failure(effect, outcome.error, now);
        return;
    }
  }

 private:
  EffectOutcome attempt(const ports::EffectRow& effect, UtcMicros now) {
    if (effect.kind == "send_reminder") return reminders_.send(effect, now);
    if (effect.kind == kAskReceipt) return reminders_.ask(effect, now);
    if (effect.kind == "create_order") return orders_.create(effect, now);
    if (effect.kind == "update_order") return orders_.update(effect, now);
    if (effect.kind == "cancel_order") return orders_.cancel(effect, now);
    if (effect.kind == "request_look") return look(effect);
    if (effect.kind == kDismissFinding) return dismiss(effect);
    if (effect.kind == "notify_duty") return finished(put_record(store_, "alert", effect, now));
    // A department works in this system: the letter is a record its liaison sees with the case.
    if (effect.kind == "start_transfer")
      return finished(put_record(store_, "transfer", effect, now));
    return EffectOutcome::failed(
        make_error(ErrorCode::internal, "不认识的待办类型 “" + effect.kind + "”"));
  }

  EffectOutcome look(const ports::EffectRow& effect) {
    XUNJIE_EFFECT_TRY(current, load_case(store_, effect.case_id));
    if (!current || domain::is_end(current->state)) return EffectOutcome::done();
    const auto& sighting = current->sighting;
    Result<void> asked = make_error(ErrorCode::not_found, "没有接入视频巡查");
    if (outside_.watcher != nullptr) {
      asked = outside_.watcher->request_look(
          {effect.id, sighting.camera, sighting.zone, sighting.finding, sighting.violation});
    }
    if (asked.ok()) return EffectOutcome::done();
    if (asked.error().code != ErrorCode::not_found) return EffectOutcome::failed(asked.error());
    // A camera or zone that is gone cannot see; the case must hear of it rather than wait.
    return finished(say_cannot_see(effect));
  }

  Result<void> say_cannot_see(const ports::EffectRow& effect) {
    SystemCommand say;
    say.scope = "watcher";
    say.id = domain::CommandId("look-" + effect.id);
    say.command.kind = domain::CommandKind::recheck_cannot_see;
    say.command.actor = system_actor();
    say.command.facts.reason = "探头或监管区域已撤除";
    const auto applied = commands_.apply(effect.case_id, say);
    if (applied.ok() || is_settled(applied.error().code)) return {};
    return applied.error();
  }

  EffectOutcome dismiss(const ports::EffectRow& effect) {
    XUNJIE_EFFECT_TRY(current, load_case(store_, effect.case_id));
    if (!current || outside_.watcher == nullptr) return EffectOutcome::done();
    const auto dismissed = outside_.watcher->dismiss(current->sighting.finding);
    if (dismissed.ok() || dismissed.error().code == ErrorCode::not_found)
      return EffectOutcome::done();
    return EffectOutcome::failed(dismissed.error());
  }

  void settle_failure(const ports::EffectRow& effect, const Error& error, UtcMicros now) {
    const bool again =
        may_be_tried_again(error.code) && effect.attempts < reference_.policy.attempts_max;
    const std::string why = std::string(name_of(error.code)) + "：" + error.message;
    if (again) {
      (void)store_.retry_effect(effect.id,
                                now + pause_before(effect.attempts + 1, reference_.policy), why);
      return;
    }
    // The case hears first: after a crash in between the effect fails once more and says it again
    // under the same command id.
    if (tell_case(effect, error).ok())
      (void)store_.park_effect(effect.id, why);
    else
      (void)store_.retry_effect(effect.id, now + reference_.policy.retry_max, why);
  }

  Result<void> tell_case(const ports::EffectRow& effect, const Error& error) {
    if (effect.kind == "send_reminder") {
      return say_reminder_failed(store_, commands_, effect.case_id, effect.id, error.message);
    }
    if (effect.kind != "create_order") return {};
    SystemCommand say;
    say.scope = "city";
    say.id = domain::CommandId(effect.id + "-failed");
    say.command.kind = domain::CommandKind::order_failed;
    say.command.actor = system_actor();
    say.command.facts.reason = error.message;
    const auto applied = commands_.apply(effect.case_id, say);
    if (applied.ok() || is_settled(applied.error().code)) return {};
    return applied.error();
  }

  ports::Store& store_;
  const ReferenceData& reference_;
  CaseCommands& commands_;
  const OutboxPorts& outside_;
  ReminderSender reminders_;
  OrderSender orders_;
};

OutboxRunner::OutboxRunner(ports::Store& store, const ports::Clock& clock,
                           const ReferenceData& reference, const Registry& registry,
                           CaseCommands& commands, const MerchantLinks& links,
                           const PictureLinks& pictures, OutboxPorts outside)
    : store_(store),
      clock_(clock),
      reference_(reference),
      registry_(registry),
      commands_(commands),
      links_(links),
      pictures_(pictures),
      outside_(outside) {}

int OutboxRunner::step(UtcMicros now) {
  auto claimed = store_.claim_effects(now, kLease, kClaimMax);
  if (!claimed.ok() || claimed->empty()) return 0;
  crash_point("outbox.after_claim");
  EffectWorker worker(store_, reference_, registry_, commands_, links_, pictures_, outside_);
  for (const auto& effect : *claimed) worker.work(effect, std::max(now, clock_.now()));
  return static_cast<int>(claimed->size());
}

void OutboxRunner::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto seen = store_.last_change();
    if (step(clock_.now()) > 0) continue;
    store_.wait_for_change(seen.ok() ? *seen : 0, kIdle);
  }
}

}  // namespace xunjie::app
