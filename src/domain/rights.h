// Who may do what: role × scope × (read or act).
//
// Acts on a case are judged by the loop table alone (its rows name the roles); this header adds the
// scope every row is under, who may read, and the duties outside the loop. Scope: an actor with a
// subdistrict sees and acts there only, without one in the whole district; a liaison speaks for one
// department, a merchant for one shop.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "domain/case.h"

namespace xunjie::domain {

// Whether the case lies inside the actor's subdistrict, department or shop.
bool in_scope(const Actor& actor, const Case& subject);
// Same, for things that have only a subdistrict (shop, camera, team). Empty means the whole
// district, which a scoped actor may not touch.
bool in_scope(const Actor& actor, const SubdistrictId& subdistrict);

bool may_read(const Actor& actor, const Case& subject);

// Duties outside the loop. Reading is what a screen shows, managing is what changes a record.
enum class Duty {
  read_cases,
  review_queue,
  read_originals,
  read_cameras,
  manage_cameras,
  read_shops,
  manage_shops,
  read_phones,
  read_teams,
  manage_teams,
  read_users,
  manage_users,
  read_effects,
  retry_effects,
  read_funnel,
  read_audit,
  watch_live,
  register_device_review,
  review_device_technically,
  review_device_legally,
  revoke_device_review,
};

std::string_view name_of(Duty);
std::span<const Role> roles_for(Duty duty);
bool may(Role role, Duty duty);
// All of a role's, in the order of the enumeration.
std::vector<Duty> duties_of(Role role);

// The actor name of a merchant who came through a signed link.
std::string merchant_user(const ShopId& shop);

}  // namespace xunjie::domain
