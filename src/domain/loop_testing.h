// For the loop's tests alone: rules with every door open, people of every role, and commands that
// carry all their kind may need.
#pragma once

#include <array>
#include <random>
#include <vector>

#include "domain/loop.h"
#include "domain/rights.h"

namespace xunjie::domain::testing {

inline constexpr UtcMicros kMorning{1'772'416'800'000'000};  // Monday 2026-03-02 10:00 in Shanghai

template <typename E>
std::vector<E> values_up_to(E last) {
  std::vector<E> values;
  for (int i = 0; i <= static_cast<int>(last); ++i) values.push_back(static_cast<E>(i));
  return values;
}
inline std::vector<CaseState> all_states() {
  return values_up_to(CaseState::transferred);
}
inline std::vector<Role> all_roles() {
  return values_up_to(Role::system);
}
inline std::vector<CommandKind> all_commands() {
  return values_up_to(CommandKind::note);
}

inline Rules open_rules() {
  Rules rules;
  rules.violation.id = ViolationKindId("store_overflow");
  rules.violation.evidence = true;
  rules.violation.correction = Limit{LimitUnit::seconds, 1800};
  rules.violation.reminder_rounds = 2;
  rules.violation.look_retry = minutes(2);
  rules.violation.recheck_silence = minutes(5);
  rules.violation.review = {LimitUnit::seconds, 1800};
  rules.violation.dispatch = {LimitUnit::seconds, 1800};
  rules.violation.acceptance = {LimitUnit::working_hours, 1};
  rules.violation.handling = {LimitUnit::working_hours, 4};
  rules.violation.handling_key_road = Limit{LimitUnit::working_hours, 2};
  rules.violation.verification = {LimitUnit::working_hours, 4};
  rules.party = {.fixed = true, .phone = true, .evidence_gate_passed = true};
  return rules;
}

inline Sighting sighting() {
  Sighting s;
  s.finding = FindingId("F1");
  s.camera = CameraId("dome-1");
  s.zone = ZoneId("front");
  s.violation = ViolationKindId("store_overflow");
  s.shop = ShopId("tea");
  s.shop_confidence = 1;
  s.subdistrict = SubdistrictId("310110009");
  s.place_key = "shop:tea";
  s.since = kMorning - minutes(3);
  s.seen_at = kMorning;
  return s;
}

// A person of this role who may see the case above; `number` tells several apart.
inline Actor actor(Role role, int number = 1) {
  Actor a;
  a.role = role;
  a.user = UserId(std::string(name_of(role)) + "-" + std::to_string(number));
  if (role == Role::system) a.user = UserId("system");
  if (role == Role::merchant) a.user = UserId(merchant_user(ShopId("tea")));
  if (role == Role::liaison) a.department = "police";
  return a;
}

inline Facts full_facts() {
  Facts facts;
  facts.reason = "理由";
  facts.text = "已劝导整改";
  facts.department = "police";
  facts.into = CaseId("COTHER");
  facts.team = TeamId("team-1");
  facts.reference = "ref-1";
  facts.officers = {UserId("officer-1"), UserId("officer-2")};
  facts.pictures = {{PictureRole::handled_before, BlobId("aa"), std::nullopt, kMorning},
                    {PictureRole::handled_after, BlobId("bb"), std::nullopt, kMorning}};
  facts.amount_fen = 20'000;
  facts.span = hours(8);
  return facts;
}

inline Command command(CommandKind kind, const Actor& who) {
  Command c{kind, who, full_facts(), std::nullopt};
  if (kind == CommandKind::report) c.sighting = sighting();
  return c;
}

}  // namespace xunjie::domain::testing
