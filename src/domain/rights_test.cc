#include "domain/rights.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "domain/loop_testing.h"

namespace xunjie::domain {
namespace {

Case a_case() {
  Case c;
  c.id = CaseId("C1");
  c.version = 1;
  c.sighting = testing::sighting();
  c.department = "police";
  return c;
}

TEST(Rights, ScopeIsSubdistrictDepartmentOrShop) {
  const Case c = a_case();
  Actor officer = testing::actor(Role::officer);
  EXPECT_TRUE(in_scope(officer, c));
  officer.subdistrict = c.sighting.subdistrict;
  EXPECT_TRUE(in_scope(officer, c));
  officer.subdistrict = SubdistrictId("310110006");
  EXPECT_FALSE(in_scope(officer, c));

  Actor liaison = testing::actor(Role::liaison);
  EXPECT_TRUE(in_scope(liaison, c));
  liaison.department = "market";
  EXPECT_FALSE(in_scope(liaison, c));
  liaison.department.clear();
  EXPECT_FALSE(in_scope(liaison, c)) << "a liaison without a department speaks for nobody";

  Actor merchant = testing::actor(Role::merchant);
  EXPECT_TRUE(in_scope(merchant, c));
  merchant.user = UserId("merchant:");
  EXPECT_FALSE(in_scope(merchant, c));
  Case nobodys = c;
  nobodys.sighting.shop = ShopId();
  EXPECT_FALSE(in_scope(merchant, nobodys)) << "no shop was named, so no merchant may come in";
}

TEST(Rights, AScopedActorMayNotTouchTheWholeDistrict) {
  Actor steward = testing::actor(Role::data_steward);
  EXPECT_TRUE(in_scope(steward, SubdistrictId()));
  steward.subdistrict = SubdistrictId("310110009");
  EXPECT_TRUE(in_scope(steward, SubdistrictId("310110009")));
  EXPECT_FALSE(in_scope(steward, SubdistrictId()));
}

TEST(Rights, WhoMayRead) {
  const Case c = a_case();
  EXPECT_TRUE(may_read(testing::actor(Role::auditor), c));
  EXPECT_TRUE(may_read(testing::actor(Role::merchant), c));
  EXPECT_FALSE(may_read(testing::actor(Role::data_steward), c)) << "keeps records, sees no cases";
  Actor elsewhere = testing::actor(Role::reviewer);
  elsewhere.subdistrict = SubdistrictId("310110006");
  EXPECT_FALSE(may_read(elsewhere, c));
}

TEST(Rights, AuditorAndEvaluatorChangeNothing) {
  for (const auto duty : testing::values_up_to(Duty::read_audit)) {
    const std::string name(name_of(duty));
    const bool changes = name.starts_with("manage_") || name.starts_with("retry_");
    if (!changes) continue;
    EXPECT_FALSE(may(Role::auditor, duty)) << name;
    EXPECT_FALSE(may(Role::evaluator, duty)) << name;
    EXPECT_FALSE(may(Role::merchant, duty)) << name;
  }
}

TEST(Rights, EveryDutyBelongsToSomebody) {
  for (const auto duty : testing::values_up_to(Duty::read_audit))
    EXPECT_FALSE(roles_for(duty).empty()) << name_of(duty);
  EXPECT_TRUE(may(Role::admin, Duty::manage_users));
  EXPECT_FALSE(may(Role::duty_officer, Duty::manage_users));
}

TEST(Rights, ARolesDutiesAreThoseItMayDo) {
  EXPECT_EQ(duties_of(Role::liaison), std::vector{Duty::read_cases});
  EXPECT_TRUE(duties_of(Role::merchant).empty());
  for (const auto duty : testing::values_up_to(Duty::revoke_device_review)) {
    const auto duties = duties_of(Role::admin);
    EXPECT_EQ(std::count(duties.begin(), duties.end(), duty), may(Role::admin, duty) ? 1 : 0)
        << name_of(duty);
  }
}

}  // namespace
}  // namespace xunjie::domain
