// The rows of the loop, in the order they are tried. Groups follow a case's life; every group is
// data.
//
// Why some rows are as they are
// - Nothing leaves `reported` without a person: a picture is a clue until somebody confirmed it.
// - Only `rechecking` may end a case by machine, and only in the merchant's favour.
// - After dispatch a clear look is written down, but a person verifies before the case closes.
// - City operations may hear "accepted" before we have read its acknowledgement; both orders work.
// - An event of another side (receipt, look) that comes late is kept as a fact and moves nothing.
#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "domain/loop.h"

namespace xunjie::domain {
namespace {

using S = CaseState;
using C = CommandKind;
using V = EventKind;
using R = Role;
using G = Guard;
using L = LimitChoice;
using E = EffectKind;
using P = PenaltyStage;
using Rows = std::vector<Transition>;

// Lists as static arrays, so that a row can point at them.
template <auto First, auto... Rest>
inline constexpr std::array<decltype(First), 1 + sizeof...(Rest)> kListOf{First, Rest...};
template <G... Values>
constexpr std::span<const G> when() {
  return kListOf<Values...>;
}
template <E... Values>
constexpr std::span<const E> effects() {
  return kListOf<Values...>;
}
template <R... Values>
constexpr std::span<const R> roles() {
  return kListOf<Values...>;
}
constexpr std::span<const G> always;
constexpr std::span<const E> nothing;

constexpr auto kSystem = roles<R::system>();
constexpr auto kReviewers = roles<R::reviewer, R::duty_officer>();
constexpr auto kReporters =
    roles<R::system, R::reviewer, R::duty_officer, R::team_leader, R::officer>();
constexpr auto kReceipts = roles<R::system, R::caller>();
constexpr auto kLookers = roles<R::system, R::reviewer, R::duty_officer>();
constexpr auto kDispatchers = roles<R::system, R::dispatcher>();
constexpr auto kRouters = roles<R::duty_officer, R::dispatcher>();
constexpr auto kTeam =
    roles<R::team_leader, R::officer, R::system>();  // system: the team through city operations
constexpr auto kOfficers = roles<R::team_leader, R::officer>();
constexpr auto kTechnical = roles<R::technical_reviewer>();
constexpr auto kLegal = roles<R::legal_reviewer>();
constexpr auto kApprovers = roles<R::approver>();
constexpr auto kLeaders = roles<R::duty_officer, R::approver>();
constexpr auto kDuty = roles<R::duty_officer>();
constexpr auto kDepartment = roles<R::liaison, R::system, R::duty_officer>();
constexpr auto kClaimants = roles<R::merchant, R::caller>();
constexpr auto kObjectors =
    roles<R::merchant, R::caller, R::reviewer, R::duty_officer, R::team_leader, R::officer>();
constexpr auto kRemarkers =
    roles<R::system, R::duty_officer, R::reviewer, R::caller, R::dispatcher, R::team_leader,
          R::officer, R::technical_reviewer, R::legal_reviewer, R::approver, R::liaison>();

constexpr std::array kOpenStates{S::reported,
                                 S::reminding,
                                 S::awaiting_correction,
                                 S::rechecking,
                                 S::awaiting_dispatch,
                                 S::dispatched,
                                 S::accepted,
                                 S::on_site,
                                 S::off_site,
                                 S::awaiting_verification,
                                 S::suspended,
                                 S::transferring};
constexpr std::array kHandling{S::accepted, S::on_site, S::off_site};
// Where only a person is awaited, so that a limit that runs out is somebody's business.
constexpr std::array kEscalating{
    S::reported, S::awaiting_dispatch, S::dispatched,           S::accepted,
    S::on_site,  S::off_site,          S::awaiting_verification};

void add(Rows& rows, std::initializer_list<Transition> more) {
  rows.insert(rows.end(), more);
}

void add_review(Rows& rows) {
  add(rows, {
                {S::reported, C::report, S::reported, V::reported, kReporters,
                 when<G::is_new, G::sighting_complete>(), L::review},
                {S::reported, C::confirm, S::reminding, V::confirmed, kReviewers,
                 when<G::self_correctable, G::has_fixed_party, G::party_reachable,
                      G::under_reminder_quota>(),
                 L::receipt, effects<E::send_reminder>()},
                {S::reported, C::confirm, S::awaiting_dispatch, V::confirmed, kReviewers, always,
                 L::dispatch, effects<E::create_order>()},
                {S::reported, C::reject, S::rejected, V::rejected, kReviewers, always, L::none},
                {S::reported, C::merge, S::merged, V::merged, kReviewers,
                 when<G::not_into_itself>(), L::none},
                {S::reported, C::transfer, S::transferring, V::transfer_started, kReviewers, always,
                 L::transfer, effects<E::start_transfer>()},
            });
}

void add_telling(Rows& rows) {
  constexpr auto ask = effects<E::request_look>();
  add(rows, {
                {S::reminding, C::reminder_delivered, S::awaiting_correction, V::reminder_delivered,
                 kReceipts, always, L::correction},
                {S::reminding, C::reminder_failed, S::reminding, V::reminder_failed, kReceipts,
                 when<G::tries_left>(), L::receipt_retry, effects<E::send_reminder>()},
                {S::reminding, C::reminder_failed, S::awaiting_dispatch, V::reminder_failed,
                 kReceipts, always, L::dispatch, effects<E::create_order>()},
                {S::awaiting_correction, C::correction_due, S::rechecking, V::correction_lapsed,
                 kSystem, when<G::limit_passed>(), L::look, ask},
            });
  for (const S state : {S::reminding, S::awaiting_correction}) {
    add(rows,
        {
            {state, C::claim_corrected, S::rechecking, V::correction_claimed, kClaimants, always,
             L::look, ask},
            {state, C::saw_clear, S::rechecking, V::seen_clear, kSystem, always, L::look, ask},
            {state, C::recheck_clear, S::rechecking, V::seen_clear, kSystem, always, L::look, ask},
        });
  }
}

void add_rechecking(Rows& rows) {
  add(rows,
      {
          {S::rechecking, C::recheck_clear, S::self_corrected, V::rechecked, kLookers, always,
           L::none},
          {S::rechecking, C::saw_clear, S::self_corrected, V::seen_clear, kSystem, always, L::none},
          {S::rechecking, C::recheck_still_there, S::awaiting_correction, V::rechecked, kLookers,
           when<G::correction_time_left>(), L::held},
          {S::rechecking, C::recheck_still_there, S::reminding, V::rechecked, kLookers,
           when<G::rounds_left>(), L::receipt, effects<E::send_reminder>()},
          {S::rechecking, C::recheck_still_there, S::awaiting_dispatch, V::rechecked, kLookers,
           always, L::dispatch, effects<E::create_order>()},
          {S::rechecking, C::recheck_cannot_see, S::rechecking, V::look_failed, kLookers,
           when<G::looks_left>(), L::look_retry, effects<E::request_look>()},
          {S::rechecking, C::recheck_cannot_see, S::awaiting_dispatch, V::look_failed, kLookers,
           always, L::dispatch, effects<E::create_order>()},
          {S::rechecking, C::recheck_silent, S::rechecking, V::look_failed, kSystem,
           when<G::limit_passed, G::looks_left>(), L::look_retry, effects<E::request_look>()},
          {S::rechecking, C::recheck_silent, S::awaiting_dispatch, V::look_failed, kSystem,
           when<G::limit_passed>(), L::dispatch, effects<E::create_order>()},
          {S::rechecking, C::claim_corrected, S::rechecking, V::correction_claimed, kClaimants},
      });
}

void add_dispatch(Rows& rows) {
  add(rows,
      {
          {S::awaiting_dispatch, C::order_acknowledged, S::dispatched, V::order_acknowledged,
           kDispatchers, always, L::acceptance},
          {S::awaiting_dispatch, C::accept, S::accepted, V::order_accepted, kSystem,
           when<G::order_wanted>(), L::handling},
          {S::awaiting_dispatch, C::order_failed, S::awaiting_dispatch, V::order_failed,
           kDispatchers, always, L::keep, effects<E::notify_duty>()},
          {S::awaiting_dispatch, C::reroute, S::awaiting_dispatch, V::order_rerouted, kRouters,
           when<G::order_free>(), L::dispatch, effects<E::create_order>()},
          {S::dispatched, C::accept, S::accepted, V::order_accepted, kTeam, always, L::handling},
          {S::dispatched, C::return_order, S::awaiting_dispatch, V::order_returned, kTeam, always,
           L::dispatch, effects<E::notify_duty>()},
          {S::dispatched, C::reroute, S::dispatched, V::order_rerouted, kRouters, always,
           L::acceptance, effects<E::update_order>()},
      });
}

void add_handling(Rows& rows) {
  add(rows, {
                {S::accepted, C::start_on_site, S::on_site, V::on_site_started, kTeam},
                {S::on_site, C::submit_result, S::awaiting_verification, V::result_submitted, kTeam,
                 when<G::two_officers, G::before_and_after>(), L::verification,
                 effects<E::request_look>()},
            });
  for (const S state : {S::accepted, S::on_site}) {
    add(rows, {{state, C::start_off_site, S::off_site, V::off_site_started, kOfficers,
                when<G::evidence_gate, G::has_fixed_party, G::no_penalty_yet, G::two_officers>(),
                L::technical_review, nothing, P::none, P::technical_review}});
  }
  add(rows,
      {
          {S::awaiting_verification, C::pass_verification, S::closed, V::verified, kReviewers,
           when<G::not_the_handler, G::no_objection_pending>(), L::none},
          {S::awaiting_verification, C::fail_verification, S::accepted, V::verification_failed,
           kReviewers, when<G::not_the_handler>(), L::handling, effects<E::update_order>()},
      });
}

// 行政处罚法: 41 (reviewed records only), 42 (two officers), 44/45 (notice, statement, never
// heavier), 57/58 (the head decides after legal review), 61 (service), 67 (payment), 32/33 (no
// penalty).
void add_penalty(Rows& rows) {
  constexpr auto on = V::penalty_advanced;
  add(rows, {
                {S::off_site, C::pass_technical, S::off_site, on, kTechnical, always,
                 L::legal_review, nothing, P::technical_review, P::legal_review},
                {S::off_site, C::fail_technical, S::accepted, on, kTechnical, always, L::handling,
                 nothing, P::technical_review},
                {S::off_site, C::pass_legal, S::off_site, on, kLegal, always, L::notice, nothing,
                 P::legal_review, P::filed},
                {S::off_site, C::fail_legal, S::accepted, on, kLegal, always, L::handling, nothing,
                 P::legal_review},
                {S::off_site, C::notify_party, S::off_site, on, kOfficers, when<G::two_officers>(),
                 L::statement, nothing, P::filed, P::notified},
                {S::off_site, C::hear_statement, S::off_site, on,
                 roles<R::team_leader, R::officer, R::legal_reviewer>(), always, L::decision,
                 nothing, P::notified, P::statement},
                {S::off_site, C::skip_statement, S::off_site, on,
                 roles<R::team_leader, R::officer, R::legal_reviewer>(), when<G::limit_passed>(),
                 L::decision, nothing, P::notified, P::statement},
                {S::off_site, C::decide_penalty, S::off_site, on, kApprovers,
                 when<G::no_objection_pending, G::not_heavier_than_notified>(), L::service, nothing,
                 P::statement, P::decided},
                {S::off_site, C::serve_decision, S::off_site, on, kOfficers,
                 when<G::two_officers>(), L::payment, nothing, P::decided, P::served},
                {S::off_site, C::record_payment, S::awaiting_verification, on, kOfficers,
                 when<G::paid_in_full>(), L::verification, effects<E::request_look>(), P::served,
                 P::paid},
            });
  for (const P stage : {P::filed, P::notified, P::statement}) {
    add(rows, {{S::off_site, C::decide_no_penalty, S::awaiting_verification, on, kApprovers, always,
                L::verification, effects<E::request_look>(), stage}});
  }
}

void add_objections(Rows& rows) {
  constexpr std::array from{S::reminding,
                            S::awaiting_correction,
                            S::rechecking,
                            S::awaiting_dispatch,
                            S::dispatched,
                            S::accepted,
                            S::on_site,
                            S::off_site,
                            S::awaiting_verification};
  for (const S state : from) {
    add(rows,
        {
            {state, C::object, state, V::objected, kObjectors, when<G::no_objection_pending>(),
             L::keep, effects<E::notify_duty>()},
            {state, C::uphold_objection, S::rejected, V::objection_upheld, kReviewers,
             when<G::objection_pending, G::order_wanted>(), L::none, effects<E::cancel_order>()},
            {state, C::uphold_objection, S::rejected, V::objection_upheld, kReviewers,
             when<G::objection_pending>(), L::none},
            {state, C::dismiss_objection, state, V::objection_dismissed, kReviewers,
             when<G::objection_pending>()},
        });
  }
}

void add_transfer(Rows& rows) {
  for (const S state : {S::accepted, S::on_site}) {
    add(rows, {{state, C::transfer, S::transferring, V::transfer_started, kDuty, always,
                L::transfer, effects<E::start_transfer>()}});
  }
  add(rows, {
                {S::transferring, C::transfer_accepted, S::transferred, V::transfer_accepted,
                 kDepartment, when<G::order_wanted>(), L::none, effects<E::cancel_order>()},
                {S::transferring, C::transfer_accepted, S::transferred, V::transfer_accepted,
                 kDepartment, always, L::none},
            });
  for (const S back : {S::reported, S::accepted, S::on_site}) {
    add(rows, {
                  {S::transferring, C::transfer_refused, back, V::transfer_refused, kDepartment,
                   when<G::resumes_here>(), L::resumed, effects<E::notify_duty>()},
                  {S::transferring, C::transfer_silent, back, V::transfer_lapsed, kSystem,
                   when<G::resumes_here, G::limit_passed>(), L::resumed, effects<E::notify_duty>()},
              });
  }
}

void add_pauses(Rows& rows) {
  constexpr auto tell = effects<E::update_order>();
  for (const S state : kHandling) {
    add(rows, {
                  {state, C::request_extension, state, V::extension_requested, kOfficers,
                   when<G::extension_left, G::no_extension_pending, G::extension_in_bounds>(),
                   L::keep, effects<E::notify_duty>()},
                  {state, C::approve_extension, state, V::extension_approved, kLeaders,
                   when<G::extension_pending>(), L::extended, tell},
                  {state, C::refuse_extension, state, V::extension_refused, kLeaders,
                   when<G::extension_pending>()},
                  {state, C::suspend, S::suspended, V::suspended, kLeaders,
                   when<G::suspension_left, G::suspension_in_bounds>(), L::suspension, tell},
              });
  }
  for (const S back : kHandling) {
    add(rows, {
                  {S::suspended, C::resume, back, V::resumed, kLeaders, when<G::resumes_here>(),
                   L::resumed, tell},
                  {S::suspended, C::resume, back, V::resumed, kSystem,
                   when<G::resumes_here, G::limit_passed>(), L::resumed, tell},
              });
  }
}

// Facts that come unasked or late: written down where they move nothing.
void add_late_facts(Rows& rows) {
  for (const S state : {S::awaiting_dispatch, S::dispatched, S::accepted, S::on_site}) {
    add(rows, {{state, C::claim_corrected, state, V::correction_claimed, kClaimants, always,
                L::keep, effects<E::request_look>()}});
  }
  for (const S state : {S::accepted, S::on_site, S::off_site, S::awaiting_verification,
                        S::suspended, S::transferring}) {
    add(rows, {{state, C::order_acknowledged, state, V::order_acknowledged, kDispatchers,
                when<G::order_wanted>()}});
  }
  for (const S state : kOpenStates) {
    const bool told = state != S::reported && state != S::reminding && state != S::transferring;
    if (told) {
      add(rows, {{state, C::reminder_delivered, state, V::reminder_delivered, kSystem},
                 {state, C::reminder_failed, state, V::reminder_failed, kSystem}});
    }
    add(rows, {{state, C::saw_again, state, V::seen_again, kSystem}});
    const bool moves_by_looks =
        state == S::reminding || state == S::awaiting_correction || state == S::rechecking;
    if (!moves_by_looks) add(rows, {{state, C::saw_clear, state, V::seen_clear, kSystem}});
  }
  for (const S state : {S::awaiting_dispatch, S::dispatched, S::accepted, S::on_site, S::off_site,
                        S::awaiting_verification, S::suspended}) {
    add(rows, {{state, C::recheck_clear, state, V::seen_clear, kSystem},
               {state, C::recheck_still_there, state, V::seen_again, kSystem},
               {state, C::recheck_cannot_see, state, V::look_failed, kSystem}});
  }
}

void add_oversight(Rows& rows) {
  for (const S state : kEscalating) {
    add(rows, {{state, C::escalate, state, V::escalated, kSystem, when<G::escalation_due>(),
                L::keep, effects<E::notify_duty>()}});
  }
  for (const S state : kOpenStates) add(rows, {{state, C::note, state, V::noted, kRemarkers}});
}

Rows build() {
  Rows rows;
  add_review(rows);
  add_telling(rows);
  add_rechecking(rows);
  add_dispatch(rows);
  add_handling(rows);
  add_penalty(rows);
  add_objections(rows);
  add_transfer(rows);
  add_pauses(rows);
  add_late_facts(rows);
  add_oversight(rows);
  return rows;
}

constexpr std::array kPassings = std::to_array<LimitPassing>({
    {S::reported, "limit", std::nullopt},
    {S::reminding, "limit", C::reminder_failed},
    {S::awaiting_correction, "limit", C::correction_due},
    {S::rechecking, "recheck", C::recheck_silent},
    {S::awaiting_dispatch, "limit", std::nullopt},
    {S::dispatched, "limit", std::nullopt},
    {S::accepted, "limit", std::nullopt},
    {S::on_site, "limit", std::nullopt},
    {S::off_site, "limit", std::nullopt},
    {S::awaiting_verification, "limit", std::nullopt},
    {S::suspended, "suspension", C::resume},
    {S::transferring, "transfer", C::transfer_silent},
});

}  // namespace

std::span<const Transition> loop_table() {
  static const Rows rows = build();
  return rows;
}

bool asks_party_history(CaseState state) {
  static const std::set<CaseState> states = [] {
    std::set<CaseState> found;
    for (const auto& row : loop_table()) {
      if (std::find(row.guards.begin(), row.guards.end(), G::under_reminder_quota) !=
          row.guards.end()) {
        found.insert(row.from);
      }
    }
    return found;
  }();
  return states.contains(state);
}

std::span<const LimitPassing> limit_passings() {
  return kPassings;
}

}  // namespace xunjie::domain
