#include <algorithm>
#include <set>

#include "base/check.h"
#include "domain/loop_judge.h"

namespace xunjie::domain {
namespace {

constexpr std::size_t kOfficersNeeded = 2;  // 行政处罚法 42

std::optional<Error> hold(bool holds, Guard guard) {
  if (holds) return std::nullopt;
  return make_error(ErrorCode::not_allowed_in_state,
                    "此操作的条件是“" + std::string(chinese_of(guard)) + "”，本案现不符合");
}

std::optional<Error> fact(bool holds, std::string_view field, std::string message) {
  if (holds) return std::nullopt;
  return make_error(ErrorCode::invalid_argument, std::move(message), std::string(field));
}

std::size_t distinct_officers(const Facts& facts) {
  return std::set<UserId>(facts.officers.begin(), facts.officers.end()).size();
}

bool has_picture(const Facts& facts, PictureRole role) {
  return std::any_of(facts.pictures.begin(), facts.pictures.end(), [role](const Picture& picture) {
    return picture.role == role && !picture.original.empty();
  });
}

std::string_view missing_in(const Sighting& sighting) {
  if (sighting.finding.empty()) return "sighting.finding";
  if (sighting.violation.empty()) return "sighting.violation";
  if (sighting.subdistrict.empty()) return "sighting.subdistrict";
  if (sighting.place_key.empty()) return "sighting.place_key";
  return {};
}

std::optional<Error> sighting_failure(const Question& q) {
  if (!q.command.sighting) return fact(false, "sighting", "sighting：上报须附发现内容");
  const Sighting& sighting = *q.command.sighting;
  const auto field = missing_in(sighting);
  if (!field.empty()) return fact(false, field, std::string(field) + "：不能为空");
  if (sighting.violation != q.rules.violation.id) {
    return fact(false, "sighting.violation",
                "sighting.violation：“" + sighting.violation.value + "”不是本次适用的违法类型“" +
                    q.rules.violation.id.value + "”");
  }
  return fact(sighting.since <= sighting.seen_at, "sighting.since",
              "sighting.since：不能晚于 seen_at");
}

std::optional<Error> span_failure(Micros span, Micros most) {
  return fact(span > Micros{} && span <= most, "span_s",
              "span_s：" + std::to_string(span.count / 1'000'000) + " 超出范围，应为 1 至 " +
                  std::to_string(most.count / 1'000'000) + " 秒");
}

std::optional<Error> evidence_failure(bool passed, const std::string& gap) {
  auto failure = hold(passed, Guard::evidence_gate);
  if (failure && !gap.empty()) failure->message += "：" + gap;
  return failure;
}

// About the party and the quotas of its kind.
std::optional<Error> party_failure(Guard guard, const Question& q) {
  const auto& rule = q.rules.violation;
  const auto& party = q.rules.party;
  switch (guard) {
    case Guard::self_correctable:
      return hold(rule.correction.has_value() && rule.reminder_rounds > 0, guard);
    case Guard::has_fixed_party:
      return hold(party.fixed, guard);
    case Guard::party_reachable:
      return hold(party.phone, guard);
    case Guard::under_reminder_quota:
      return hold(party.reminded_30d < rule.reminded_findings_30d_max && !party.penalised_6m,
                  guard);
    case Guard::tries_left:
      return hold(q.current.reminders_failed + 1 < rule.reminder_tries, guard);
    case Guard::rounds_left:
      return hold(q.current.reminder_rounds < rule.reminder_rounds, guard);
    case Guard::looks_left:
      return hold(q.current.cannot_see + 1 < rule.looks_max, guard);
    case Guard::evidence_gate:
      return evidence_failure(party.evidence_gate_passed && rule.evidence, party.evidence_gap);
    default:
      XUNJIE_CHECK(false);
  }
}

// About the case's own past.
std::optional<Error> case_failure(Guard guard, const Question& q, const Transition& row) {
  const Case& c = q.current;
  switch (guard) {
    case Guard::is_new:
      return hold(c.version == 0, guard);
    case Guard::correction_time_left:
      return hold(c.held_due && q.at < *c.held_due, guard);
    case Guard::limit_passed:
      return hold(c.due && q.at >= *c.due, guard);
    case Guard::escalation_due: {
      const auto next = next_escalation(c, q.rules);
      return hold(next && q.at >= *next, guard);
    }
    case Guard::resumes_here:
      return hold(c.resume_to == row.to, guard);
    case Guard::order_wanted:
      return hold(c.order_wanted, guard);
    case Guard::order_free:
      return hold(!c.order_wanted, guard);
    case Guard::no_penalty_yet:
      return hold(c.penalty_fen == 0, guard);
    case Guard::extension_left:
      return hold(c.extensions < q.rules.extensions_max, guard);
    case Guard::no_extension_pending:
      return hold(!c.extension_pending, guard);
    case Guard::extension_pending:
      return hold(c.extension_pending, guard);
    case Guard::suspension_left:
      return hold(c.suspensions < q.rules.suspensions_max, guard);
    case Guard::no_objection_pending:
      return hold(!c.objection_pending, guard);
    case Guard::objection_pending:
      return hold(c.objection_pending, guard);
    default:
      return party_failure(guard, q);
  }
}

}  // namespace

std::optional<Error> failure_of(Guard guard, const Question& q, const Transition& row) {
  const Facts& facts = q.command.facts;
  switch (guard) {
    case Guard::not_the_handler:
      if (std::find(q.current.handlers.begin(), q.current.handlers.end(), q.command.actor.user) ==
          q.current.handlers.end()) {
        return std::nullopt;
      }
      return make_error(ErrorCode::forbidden, "参与处置的人员不得核查本案");
    case Guard::sighting_complete:
      return sighting_failure(q);
    case Guard::two_officers:
      return fact(distinct_officers(facts) >= kOfficersNeeded, "officers",
                  "officers：须有两名不同的执法队员");
    case Guard::before_and_after:
      return fact(has_picture(facts, PictureRole::handled_before) &&
                      has_picture(facts, PictureRole::handled_after),
                  "pictures",
                  "pictures：须有处置前（handled_before）和处置后（handled_after）照片");
    case Guard::extension_in_bounds:
      return span_failure(facts.span, q.rules.extension_max);
    case Guard::suspension_in_bounds:
      return span_failure(facts.span, q.rules.suspension_max);
    case Guard::not_into_itself:
      return fact(facts.into != q.id, "into", "into：不能并入自身");
    case Guard::not_heavier_than_notified:
      return fact(facts.amount_fen <= q.current.notified_fen, "amount_fen",
                  "amount_fen：不得高于告知的 " + std::to_string(q.current.notified_fen) + " 分");
    case Guard::paid_in_full:
      return fact(facts.amount_fen >= q.current.penalty_fen, "amount_fen",
                  "amount_fen：少于决定的 " + std::to_string(q.current.penalty_fen) + " 分");
    default:
      return case_failure(guard, q, row);
  }
}

bool known_beforehand(Guard guard) {
  switch (guard) {
    case Guard::sighting_complete:
    case Guard::two_officers:
    case Guard::before_and_after:
    case Guard::extension_in_bounds:
    case Guard::suspension_in_bounds:
    case Guard::not_into_itself:
    case Guard::not_heavier_than_notified:
    case Guard::paid_in_full:
    case Guard::correction_time_left:
    case Guard::limit_passed:
    case Guard::escalation_due:
      return false;
    default:
      return true;
  }
}

}  // namespace xunjie::domain
