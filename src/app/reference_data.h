// Everything that is a number, an article or a wording: violation kinds, calendar, subdistricts,
// message templates, policy. Read once at start from the JSON files of data/, merged with the
// operator's overrides (RFC 7396 merge patch per file), checked as a whole and then never changed,
// so that all threads may read it without a lock.
//
// Violation kinds are dated: a decision asks for the rule that was in force at the case's report.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/geo.h"
#include "domain/ids.h"
#include "domain/rules.h"

namespace xunjie::app {

struct Subdistrict {
  domain::SubdistrictId id;
  std::string name;
  domain::LonLat centre;
};

struct NamedCode {
  std::string id;
  std::string name;
};

// How long what is kept, from a day on.
struct RetentionRule {
  std::string effective_from;   // YYYY-MM-DD, local
  Micros evidence = days(90);   // pictures and clips, after the end of their case; 30 days at least
  Micros penalty = days(1095);  // the same where a penalty was begun or the case was transferred
  Micros unreferenced = hours(24);  // files no case names: cameras' last pictures
  Micros access_log = days(180);    // at least as long as evidence
};

// When and how often a party may be told, and how long what is kept (data/policy.json).
struct Policy {
  int quiet_from_minute = 21 * 60;  // local; no messages from here …
  int quiet_until_minute = 8 * 60;  // … until here
  int per_shop_per_day = 3;
  int per_shop_per_week = 8;
  int attempts_max = 6;             // of one effect before it is parked
  Micros retry_first = seconds(5);  // doubled each time, with jitter
  Micros retry_max = minutes(10);
  Micros receipt_ask_after = minutes(5);  // no receipt: ask the provider, again at this interval
  Micros receipt_give_up = minutes(30);   // still unknown: the reminder failed
  Micros link_valid = days(7);
  double escalate_at = 0.8;
  double match_radius_m = 30;  // a finding farther from every shop has no party
  std::vector<RetentionRule> retention{RetentionRule{}};  // by day, oldest first; never empty
  std::string agency, phone;                              // who signs the message and where to call

  // The rule in force at `at`; the first where none is yet.
  [[nodiscard]] const RetentionRule& retention_at(UtcMicros at) const;
};

// One text with {agency} {shop} {address} {violation} {seen_at} {deadline} {link} {phone}.
struct MessageTemplate {
  std::string violation;  // kind or "*"
  int round = 1;          // 1, 2; 0 = any
  std::string text;
};

struct ReferenceData {
  std::vector<domain::ViolationRule> violations;
  domain::Calendar calendar;
  std::vector<Subdistrict> subdistricts;
  std::vector<NamedCode> departments;
  std::vector<MessageTemplate> templates;
  Policy policy;

  // The rule in force at `at`; the newest of that kind when none covers the day; nullptr = unknown
  // kind.
  [[nodiscard]] const domain::ViolationRule* violation(const domain::ViolationKindId& id,
                                                       UtcMicros at) const;
  [[nodiscard]] const Subdistrict* subdistrict(const domain::SubdistrictId& id) const;
  [[nodiscard]] std::string violation_name(const domain::ViolationKindId& id) const;
  [[nodiscard]] std::string subdistrict_name(const domain::SubdistrictId& id) const;
  // Template of this kind and round, else the kind's, else the general one.
  [[nodiscard]] const MessageTemplate* message(const std::string& violation, int round) const;
};

// Reads DIR/{violations,subdistricts,departments,messages,policy}.json and DIR/calendar/*.json.
// `overrides` is a JSON object {"violations": {"<kind>": {…}}, "policy": {…}, …} or empty. Errors:
// not_found (file), invalid_argument with field "violations[2].dwell_s".
Result<ReferenceData> load_reference_data(const std::filesystem::path& dir,
                                          std::string_view overrides = {});

// GET /reference: violations, states, roles, commands, subdistricts, departments with Chinese
// names.
std::string reference_json(const ReferenceData& reference);

}  // namespace xunjie::app
