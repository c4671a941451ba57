#include "app/order_sender.h"

#include "app/case_records.h"
#include "app/codec.h"
#include "base/crash_point.h"

namespace xunjie::app {
namespace {

// An order that has to wait for its own creation looks again after this.
constexpr Micros kWait = seconds(2);
constexpr Micros kPicturesValid = days(30);
constexpr std::size_t kPicturesMax = 6;

Error not_configured() {
  return make_error(ErrorCode::internal, "没有配置城运中心接口");
}

// Where the order that an update or cancellation is about stands.
struct OrderState {
  enum class Kind { none, coming, there } kind = Kind::none;
  std::string number;
};

Result<OrderState> order_of(ports::Store& store, const domain::Case& current) {
  XUNJIE_TRY(created, newest_effect(store, current, "create_order"));
  if (!created || created->status == "parked") return OrderState{};
  const auto kind = created->status == "done" ? OrderState::Kind::there : OrderState::Kind::coming;
  return OrderState{kind, created->id};
}

domain::TeamId team_for(const domain::Case& current, const domain::Facts& facts,
                        const RegistrySnapshot& registry) {
  if (!facts.team.empty()) return facts.team;
  if (!current.team.empty()) return current.team;
  for (const auto& [id, team] : registry.teams) {
    if (team.subdistrict == current.sighting.subdistrict) return id;
  }
  return {};
}

std::string description_of(const domain::Case& current, const std::string& violation,
                           const domain::Facts& facts) {
  std::string text = current.sighting.address + " " + violation;
  if (current.reminder_rounds > 0) {
    text += "，已提醒 " + std::to_string(current.reminder_rounds) + " 轮未整改";
  }
  if (current.check_on_spot) text += "，探头无法看清，请到现场核实";
  if (current.reworks > 0) text += "，第 " + std::to_string(current.reworks) + " 次返工";
  if (!facts.reason.empty()) text += "：" + facts.reason;
  return text;
}

}  // namespace

Result<domain::Facts> facts_of(const ports::EffectRow& effect) {
  XUNJIE_TRY(payload, parse_json(effect.payload));
  ObjectReader from(payload, "payload");
  return decode_facts(from.value("facts"), "payload.facts");
}

OrderSender::OrderSender(ports::Store& store, const ReferenceData& reference,
                         const Registry& registry, CaseCommands& commands,
                         const PictureLinks& pictures, ports::CityOperations* city)
    : store_(store),
      reference_(reference),
      registry_(registry),
      commands_(commands),
      pictures_(pictures),
      city_(city) {}

ports::WorkOrder OrderSender::order_for(const domain::Case& current, const std::string& number,
                                        const domain::Facts& facts, UtcMicros now) const {
  const auto& sighting = current.sighting;
  ports::WorkOrder order;
  order.id = number;
  order.case_id = current.id;
  order.violation = sighting.violation.value;
  order.violation_zh = reference_.violation_name(sighting.violation);
  const auto* rule = reference_.violation(sighting.violation, current.reported_at);
  if (rule != nullptr) order.event_code = rule->event_code;
  order.subdistrict = sighting.subdistrict.value;
  order.team = team_for(current, facts, *registry_.snapshot()).value;
  order.address = sighting.address;
  order.description = description_of(current, order.violation_zh, facts);
  order.lon = sighting.position.lon;
  order.lat = sighting.position.lat;
  order.due = current.due;
  order.check_on_spot = current.check_on_spot;
  order.revision = static_cast<int>(current.version);
  for (const auto& picture : sighting.pictures) {
    // The pictures that show the thing; behind the address stands a blurred copy.
    const bool shows_it = picture.box || picture.marked;
    if (!shows_it || order.picture_urls.size() == kPicturesMax) continue;
    order.picture_urls.push_back(
        pictures_.make(current.id, picture.original, now + kPicturesValid));
  }
  return order;
}

EffectOutcome OrderSender::create(const ports::EffectRow& effect, UtcMicros now) {
  if (city_ == nullptr) return EffectOutcome::failed(not_configured());
  XUNJIE_EFFECT_TRY(current, load_case(store_, effect.case_id));
  // A person may have this tried again after the case was told that it failed.
  const bool wanted =
      current && (current->order_wanted || current->state == domain::CaseState::awaiting_dispatch);
  if (!wanted) return EffectOutcome::done();
  XUNJIE_EFFECT_TRY(newest, newest_effect(store_, *current, "create_order"));
  if (!newest || newest->id != effect.id) return EffectOutcome::done();
  XUNJIE_EFFECT_TRY(facts, facts_of(effect));
  XUNJIE_EFFECT_TRY(reference, city_->create_order(order_for(*current, effect.id, facts, now)));
  crash_point("outbox.after_send");
  SystemCommand say;
  say.scope = "city";
  say.id = domain::CommandId(effect.id + "-acknowledged");
  say.command.kind = domain::CommandKind::order_acknowledged;
  say.command.actor = system_actor();
  say.command.facts.reference = reference;
  const auto applied = commands_.apply(effect.case_id, say);
  if (!applied.ok() && !is_settled(applied.error().code)) {
    return EffectOutcome::failed(applied.error());
  }
  return EffectOutcome::done(reference);
}

EffectOutcome OrderSender::update(const ports::EffectRow& effect, UtcMicros now) {
  if (city_ == nullptr) return EffectOutcome::failed(not_configured());
  XUNJIE_EFFECT_TRY(current, load_case(store_, effect.case_id));
  if (!current) return EffectOutcome::done();
  XUNJIE_EFFECT_TRY(order, order_of(store_, *current));
  if (order.kind == OrderState::Kind::none) return EffectOutcome::done();
  if (order.kind == OrderState::Kind::coming) return EffectOutcome::again(now + kWait);
  XUNJIE_EFFECT_TRY(facts, facts_of(effect));
  const auto updated = city_->update_order(order_for(*current, order.number, facts, now));
  if (!updated.ok()) return EffectOutcome::failed(updated.error());
  crash_point("outbox.after_send");
  return EffectOutcome::done(order.number);
}

EffectOutcome OrderSender::cancel(const ports::EffectRow& effect, UtcMicros now) {
  if (city_ == nullptr) return EffectOutcome::failed(not_configured());
  XUNJIE_EFFECT_TRY(current, load_case(store_, effect.case_id));
  if (!current) return EffectOutcome::done();
  XUNJIE_EFFECT_TRY(order, order_of(store_, *current));
  if (order.kind == OrderState::Kind::none) return EffectOutcome::done();
  if (order.kind == OrderState::Kind::coming) return EffectOutcome::again(now + kWait);
  XUNJIE_EFFECT_TRY(facts, facts_of(effect));
  const auto cancelled = city_->cancel_order(order.number, facts.reason);
  // An order that is gone over there is as cancelled as it can be.
  if (!cancelled.ok() && cancelled.error().code != ErrorCode::not_found) {
    return EffectOutcome::failed(cancelled.error());
  }
  crash_point("outbox.after_send");
  return EffectOutcome::done(order.number);
}

}  // namespace xunjie::app
