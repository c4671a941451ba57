// Folding: what each event leaves in the case. Reads nothing but the case and the event, so a log
// gives the same case for ever.
#include <algorithm>

#include "base/check.h"
#include "domain/loop.h"

namespace xunjie::domain {
namespace {

void set_once(std::optional<UtcMicros>& time, UtcMicros at) {
  if (!time) time = at;
}

bool is_pause(CaseState state) {
  return state == CaseState::suspended || state == CaseState::transferring;
}

// The limit an interruption puts aside: a deadline the merchant was given, or a team's.
void hold_limit(Case& c, const Event& e) {
  const bool interrupts =
      is_pause(e.to) || (e.to == CaseState::rechecking && e.from == CaseState::awaiting_correction);
  if (interrupts) {
    c.held_due = c.due;
  } else {
    c.held_due.reset();
  }
  if (is_pause(e.to)) c.resume_to = e.from;
}

void move_limit(Case& c, const Event& e) {
  if (c.due != e.due && e.kind != EventKind::extension_approved) {
    c.limit_since = e.at;
    c.escalations = 0;
    c.extension_pending = false;  // what was asked for concerned a limit that no longer runs
  }
  c.due = e.due;
}

void enter_reminding(Case& c) {
  ++c.reminder_rounds;
  c.reminders_failed = 0;
}

void enter_awaiting_dispatch(Case& c, const Event& e) {
  c.order_wanted = e.kind != EventKind::order_returned;
  if (e.kind == EventKind::look_failed) c.check_on_spot = true;
}

void enter(Case& c, const Event& e) {
  hold_limit(c, e);
  c.state_since = e.at;
  if (e.to == CaseState::reminding) enter_reminding(c);
  if (e.to == CaseState::rechecking) c.cannot_see = 0;
  if (e.to == CaseState::awaiting_dispatch) enter_awaiting_dispatch(c, e);
  if (e.to == CaseState::self_corrected) c.corrected_at = e.at;
  if (is_end(e.to)) c.ended_at = e.at;
}

void add_handlers(Case& c, const Event& e) {
  const auto add = [&c](const UserId& user) {
    if (std::find(c.handlers.begin(), c.handlers.end(), user) == c.handlers.end())
      c.handlers.push_back(user);
  };
  if (e.actor.role == Role::officer || e.actor.role == Role::team_leader) add(e.actor.user);
  for (const auto& officer : e.facts.officers) add(officer);
}

void note_penalty(Case& c, const Event& e) {
  add_handlers(c, e);
  if (e.from != CaseState::off_site || e.to != CaseState::off_site) return;
  c.state_since = e.at;
  if (e.stage == PenaltyStage::notified) c.notified_fen = e.facts.amount_fen;
  if (e.stage == PenaltyStage::decided) c.penalty_fen = e.facts.amount_fen;
}

void note_order(Case& c, const Event& e) {
  if (!e.facts.team.empty()) c.team = e.facts.team;
  if (!e.facts.reference.empty()) c.order_reference = e.facts.reference;
}

// What an event says beyond the move itself. Kinds that say nothing more are listed, so that a new
// kind cannot be forgotten.
void note_kind(Case& c, const Event& e) {
  switch (e.kind) {
    case EventKind::reported:
      XUNJIE_CHECK(e.sighting.has_value());
      c.sighting = *e.sighting;
      c.reported_at = c.state_since = e.at;
      break;
    case EventKind::confirmed:
      c.confirmed_at = e.at;
      if (!e.facts.team.empty()) c.team = e.facts.team;
      break;
    case EventKind::merged:
      c.merged_into = e.facts.into;
      break;
    case EventKind::transfer_started:
      c.department = e.facts.department;
      break;
    case EventKind::reminder_delivered:
      set_once(c.told_at, e.at);
      break;
    case EventKind::reminder_failed:
      if (e.from == CaseState::reminding) ++c.reminders_failed;
      break;
    case EventKind::objected:
      c.objection_pending = true;
      break;
    case EventKind::objection_upheld:
    case EventKind::objection_dismissed:
      c.objection_pending = false;
      break;
    case EventKind::look_failed:
      if (e.from == CaseState::rechecking) ++c.cannot_see;
      break;
    case EventKind::order_acknowledged:
    case EventKind::order_accepted:
      note_order(c, e);
      set_once(c.dispatched_at, e.at);
      break;
    case EventKind::order_rerouted:
      note_order(c, e);
      c.order_wanted = true;
      break;
    case EventKind::order_failed:
      c.order_wanted = false;
      break;
    case EventKind::order_returned:
      ++c.returns;
      break;
    case EventKind::on_site_started:
    case EventKind::off_site_started:
    case EventKind::result_submitted:
      add_handlers(c, e);
      break;
    case EventKind::penalty_advanced:
      note_penalty(c, e);
      break;
    case EventKind::verification_failed:
      ++c.reworks;
      break;
    case EventKind::extension_requested:
      c.extension_pending = true;
      c.extension_asked = e.facts.span;
      break;
    case EventKind::extension_approved:
      ++c.extensions;
      c.extension_pending = false;
      break;
    case EventKind::extension_refused:
      c.extension_pending = false;
      break;
    case EventKind::suspended:
      ++c.suspensions;
      break;
    case EventKind::escalated:
      ++c.escalations;
      break;
    case EventKind::rejected:
    case EventKind::transfer_accepted:
    case EventKind::transfer_refused:
    case EventKind::transfer_lapsed:
    case EventKind::correction_claimed:
    case EventKind::correction_lapsed:
    case EventKind::rechecked:
    case EventKind::seen_clear:
    case EventKind::seen_again:
    case EventKind::verified:
    case EventKind::resumed:
    case EventKind::noted:
      break;
  }
}

}  // namespace

Case evolve(std::optional<Case> current, const CaseId& id, const Event& event) {
  Case c = std::move(current).value_or(Case{});
  c.id = id;
  ++c.version;
  c.last_at = event.at;
  if (event.from != event.to) enter(c, event);
  move_limit(c, event);
  note_kind(c, event);
  c.state = event.to;
  const bool in_procedure = event.to == CaseState::off_site || event.to == CaseState::suspended;
  c.stage = in_procedure ? event.stage : PenaltyStage::none;
  return c;
}

}  // namespace xunjie::domain
