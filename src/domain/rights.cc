#include "domain/rights.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace xunjie::domain {
namespace {

using R = Role;

constexpr std::array kCaseReaders{
    R::admin,          R::duty_officer, R::reviewer, R::caller,
    R::dispatcher,     R::team_leader,  R::officer,  R::technical_reviewer,
    R::legal_reviewer, R::approver,     R::liaison,  R::evaluator,
    R::auditor};
constexpr std::array kReviewers{R::duty_officer, R::reviewer};
constexpr std::array kOriginals{R::reviewer,       R::duty_officer, R::technical_reviewer,
                                R::legal_reviewer, R::approver,     R::auditor};
constexpr std::array kWatchers{R::admin,    R::duty_officer,       R::reviewer,
                               R::caller,   R::dispatcher,         R::team_leader,
                               R::officer,  R::technical_reviewer, R::legal_reviewer,
                               R::approver, R::data_steward,       R::evaluator,
                               R::auditor};
constexpr std::array kStewards{R::admin, R::data_steward};
constexpr std::array kPhones{R::admin,       R::duty_officer, R::caller,
                             R::team_leader, R::officer,      R::data_steward};
constexpr std::array kAdmins{R::admin};
constexpr std::array kAdminAndAuditor{R::admin, R::auditor};
constexpr std::array kDuty{R::admin, R::duty_officer};
constexpr std::array kEffectReaders{R::admin, R::duty_officer, R::auditor};

// Whoever acts on what is seen now; evaluators and auditors read what was kept.
constexpr std::array kLiveWatchers{R::admin,       R::duty_officer, R::reviewer,
                                   R::dispatcher,  R::team_leader,  R::technical_reviewer,
                                   R::data_steward};
constexpr std::array kTechnical{R::technical_reviewer};
constexpr std::array kLegal{R::legal_reviewer};
constexpr std::array kRevokers{R::admin, R::technical_reviewer, R::legal_reviewer};

struct DutyRow {
  Duty duty;
  std::string_view name;
  std::span<const Role> roles;
};

constexpr std::array kDuties = std::to_array<DutyRow>({
    {Duty::read_cases, "read_cases", kCaseReaders},
    {Duty::review_queue, "review_queue", kReviewers},
    {Duty::read_originals, "read_originals", kOriginals},
    {Duty::read_cameras, "read_cameras", kWatchers},
    {Duty::manage_cameras, "manage_cameras", kStewards},
    {Duty::read_shops, "read_shops", kWatchers},
    {Duty::manage_shops, "manage_shops", kStewards},
    {Duty::read_phones, "read_phones", kPhones},
    {Duty::read_teams, "read_teams", kWatchers},
    {Duty::manage_teams, "manage_teams", kStewards},
    {Duty::read_users, "read_users", kAdminAndAuditor},
    {Duty::manage_users, "manage_users", kAdmins},
    {Duty::read_effects, "read_effects", kEffectReaders},
    {Duty::retry_effects, "retry_effects", kDuty},
    {Duty::read_funnel, "read_funnel", kWatchers},
    {Duty::read_audit, "read_audit", kAdminAndAuditor},
    {Duty::watch_live, "watch_live", kLiveWatchers},
    {Duty::register_device_review, "register_device_review", kStewards},
    {Duty::review_device_technically, "review_device_technically", kTechnical},
    {Duty::review_device_legally, "review_device_legally", kLegal},
    {Duty::revoke_device_review, "revoke_device_review", kRevokers},
});

const DutyRow& row_of(Duty duty) {
  const auto index = static_cast<std::size_t>(duty);
  XUNJIE_CHECK(index < kDuties.size() && kDuties[index].duty == duty);
  return kDuties[index];
}

}  // namespace

std::string merchant_user(const ShopId& shop) {
  return "merchant:" + shop.value;
}

bool in_scope(const Actor& actor, const SubdistrictId& subdistrict) {
  return actor.subdistrict.empty() || actor.subdistrict == subdistrict;
}

bool in_scope(const Actor& actor, const Case& subject) {
  switch (actor.role) {
    case Role::system:
      return true;
    case Role::merchant:
      return !subject.sighting.shop.empty() &&
             actor.user.value == merchant_user(subject.sighting.shop);
    case Role::liaison:
      return !actor.department.empty() && actor.department == subject.department;
    default:
      return in_scope(actor, subject.sighting.subdistrict);
  }
}

bool may_read(const Actor& actor, const Case& subject) {
  const bool by_role = actor.role == Role::merchant || actor.role == Role::system ||
                       may(actor.role, Duty::read_cases);
  return by_role && in_scope(actor, subject);
}

std::string_view name_of(Duty duty) {
  return row_of(duty).name;
}
std::span<const Role> roles_for(Duty duty) {
  return row_of(duty).roles;
}

bool may(Role role, Duty duty) {
  const auto roles = roles_for(duty);
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

std::vector<Duty> duties_of(Role role) {
  std::vector<Duty> duties;
  for (const auto& row : kDuties) {
    if (may(role, row.duty)) duties.push_back(row.duty);
  }
  return duties;
}

}  // namespace xunjie::domain
