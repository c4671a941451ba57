// What is known about the party when a decision is made.
#include "app/case_commands.h"
#include "app/case_records.h"
#include "app/device_review_json.h"
#include "app/registry.h"

namespace xunjie::app {
namespace {

// One page is plenty: a shop with 200 closed cases in half a year has other troubles.
constexpr int kClosedCasesMax = 200;

Result<bool> penalised_since(ports::Store& store, const domain::ShopId& shop, UtcMicros since) {
  ports::CaseFilter filter;
  filter.shop = shop.value;
  filter.open = false;
  filter.states = {std::string(name_of(domain::CaseState::closed))};
  filter.reported_from = since;
  ports::Page page;
  page.limit = kClosedCasesMax;
  XUNJIE_TRY(cases, store.list_cases(filter, page));
  for (const auto& row : cases.items) {
    XUNJIE_TRY(closed, case_of(store, row));
    if (closed.penalty_fen > 0) return true;
  }
  return false;
}

// What keeps the pictures from being evidence; empty when nothing does. The device counts as it was
// reviewed when it saw, not as it is now.
std::string evidence_gap(const RegistrySnapshot& registry, const domain::Sighting& sighting,
                         const domain::ViolationRule& violation, UtcMicros now) {
  if (!violation.evidence) return "此类违法的画面只作线索（由法制部门设定）";
  return evidence_gap_of(registry.reviews_of(sighting.camera).records, sighting.seen_at, now);
}

}  // namespace

Result<domain::Rules> CaseCommands::rules_for(const domain::Case& current, UtcMicros now) {
  return rules_for(current.sighting, current.state, current.reported_at, now);
}

Result<domain::Rules> CaseCommands::rules_for(const domain::Sighting& sighting,
                                              domain::CaseState state, UtcMicros reported_at,
                                              UtcMicros now) {
  domain::Rules rules;
  const auto* violation = reference_.violation(sighting.violation, reported_at);
  if (violation == nullptr) {
    return make_error(ErrorCode::invalid_argument,
                      "没有违法类型 “" + sighting.violation.value + "”", "violation");
  }
  rules.violation = *violation;
  rules.calendar = reference_.calendar;
  rules.escalate_at = reference_.policy.escalate_at;
  const auto registry = registry_.snapshot();
  rules.party.evidence_gap = evidence_gap(*registry, sighting, *violation, now);
  rules.party.evidence_gate_passed = rules.party.evidence_gap.empty();
  const auto shop = registry->shops.find(sighting.shop);
  if (sighting.shop.empty() || shop == registry->shops.end()) return rules;
  rules.party.fixed = true;
  rules.party.phone = !shop->second.phone.empty();
  rules.party.key_road = shop->second.key_road;
  if (!domain::asks_party_history(state)) return rules;
  XUNJIE_TRY(reminded, store_.reminded_cases(sighting.shop, now - days(30)));
  rules.party.reminded_30d = reminded;
  XUNJIE_TRY(penalised, penalised_since(store_, sighting.shop, now - days(183)));
  rules.party.penalised_6m = penalised;
  return rules;
}

}  // namespace xunjie::app
