// What a case is and what may be said to it: the types the loop table (loop.h) is written in.
//
// A case is the fold of its events. Commands ask, events happened; both are plain values so that
// the same sequence can be stored, replayed, compared and drawn. Nothing here reads a clock: `at`
// is the server's time handed in with the command.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/geo.h"
#include "domain/ids.h"

namespace xunjie::domain {

enum class CaseState {
  reported,
  reminding,
  awaiting_correction,
  rechecking,
  awaiting_dispatch,
  dispatched,
  accepted,
  on_site,
  off_site,
  awaiting_verification,
  suspended,
  transferring,
  self_corrected,
  closed,
  rejected,
  merged,
  transferred,  // ends
};

// Stage inside off_site, none elsewhere.
enum class PenaltyStage {
  none,
  technical_review,
  legal_review,
  filed,
  notified,
  statement,
  decided,
  served,
  paid,
};

enum class Role {
  admin,
  duty_officer,
  reviewer,
  caller,
  dispatcher,
  team_leader,
  officer,
  technical_reviewer,
  legal_reviewer,
  approver,
  liaison,
  data_steward,
  evaluator,
  auditor,
  merchant,
  system,  // timers, gateways, the watcher; never a person's session
};

enum class CommandKind {
  report,
  confirm,
  reject,
  merge,
  transfer,
  reminder_delivered,
  reminder_failed,  // gateway receipts
  claim_corrected,
  object,
  uphold_objection,
  dismiss_objection,  // merchant, then a person
  correction_due,
  recheck_clear,
  recheck_still_there,
  recheck_cannot_see,
  recheck_silent,
  saw_clear,
  saw_again,  // unasked looks of the watcher
  order_acknowledged,
  order_failed,
  accept,
  return_order,
  reroute,
  start_on_site,
  start_off_site,
  submit_result,
  pass_technical,
  fail_technical,
  pass_legal,
  fail_legal,
  notify_party,
  hear_statement,
  skip_statement,
  decide_penalty,
  decide_no_penalty,
  serve_decision,
  record_payment,
  pass_verification,
  fail_verification,
  request_extension,
  approve_extension,
  refuse_extension,
  suspend,
  resume,
  escalate,
  transfer_accepted,
  transfer_refused,
  transfer_silent,
  note,  // a remark; changes nothing else
};

enum class EventKind {
  reported,
  confirmed,
  rejected,
  merged,
  transfer_started,
  transfer_accepted,
  transfer_refused,
  transfer_lapsed,
  reminder_delivered,
  reminder_failed,
  correction_claimed,
  objected,
  objection_upheld,
  objection_dismissed,
  correction_lapsed,
  rechecked,
  seen_clear,
  seen_again,
  order_acknowledged,
  order_failed,
  order_accepted,
  order_returned,
  order_rerouted,
  on_site_started,
  off_site_started,
  result_submitted,
  penalty_advanced,
  verified,
  verification_failed,
  extension_requested,
  extension_approved,
  extension_refused,
  suspended,
  resumed,
  escalated,
  noted,
  look_failed,  // a recheck that could not see or never answered
};

struct Actor {
  UserId user;  // "system" for the system, "merchant:<shop>" for a signed link
  Role role = Role::system;
  SubdistrictId subdistrict;  // scope; empty = whole district
  std::string department;     // scope of a liaison; empty otherwise
  friend bool operator==(const Actor&, const Actor&) = default;
};

enum class PictureRole { before, arrival, now, recheck, handled_before, handled_after, other };

// What was known about a picture or clip when it was made; written into the case's events, whose
// hash chain then covers it together with the hash of the bytes.
struct Seal {
  CameraId camera;
  // The camera's own clock minus the server's at that moment; nullopt: not known.
  std::optional<Micros> clock_offset;
  // The registry's record of the device then, and whether its legal and technical review had passed
  // (行政处罚法 41: unreviewed records are not evidence).
  std::uint32_t device_version = 0;
  bool device_reviewed = false;
  friend bool operator==(const Seal&, const Seal&) = default;
};

struct Picture {
  PictureRole role = PictureRole::other;
  BlobId original;               // sealed; named by the hash of its bytes, computed at capture
  std::optional<BlobId> marked;  // a copy stored by earlier versions; copies are now made on demand
  UtcMicros taken_at;            // the server's clock
  std::optional<PictureBox> box{};  // what a copy that leaves draws
  std::optional<Seal> seal{};       // only what the watcher took is sealed
  friend bool operator==(const Picture&, const Picture&) = default;
};

struct Clip {
  BlobId original;         // MP4
  UtcMicros from, until;   // the first and last picture, the server's clock
  bool reencoded = false;  // false: the camera's own packets; true: masks were burnt in
  std::optional<Seal> seal{};
  friend bool operator==(const Clip&, const Clip&) = default;
};

// Everything a command may carry and an event may keep. Which fields are required per kind stands
// in the loop table; the others stay empty.
struct Facts {
  std::string reason;
  std::string text;              // measure taken, statement, note
  std::string department;        // transfer target
  CaseId into;                   // merge target
  TeamId team;                   // who gets the order
  std::string reference;         // the other side's number: message id, order number
  std::string channel;           // sms, voice
  std::vector<UserId> officers;  // acts of enforcement need two
  std::vector<Picture> pictures;
  std::optional<BlobId> clip;
  std::int64_t amount_fen = 0;  // penalty; never an indicator
  Micros span;                  // extension or suspension asked for
  friend bool operator==(const Facts&, const Facts&) = default;
};

// What the watcher (or a person) saw; fixed at report time.
struct Sighting {
  FindingId finding;
  CameraId camera;
  ZoneId zone;
  ViolationKindId violation;
  ShopId shop;                 // empty: no fixed party
  double shop_confidence = 0;  // 0..1
  SubdistrictId subdistrict;
  std::string place_key;  // camera/zone or shop: what "same place" means for duplicates
  std::string address;
  LonLat position;
  double position_error_m = 0;  // one standard deviation per axis; 0: the camera's own place
  UtcMicros since;              // when the thing came to rest there
  UtcMicros seen_at;            // deciding picture
  PictureBox box;
  std::string label;
  double score = 0;
  std::vector<Picture> pictures;
  std::optional<Clip> clip;
  friend bool operator==(const Sighting&, const Sighting&) = default;
};

struct Command {
  CommandKind kind = CommandKind::note;
  Actor actor;
  Facts facts;
  std::optional<Sighting> sighting;  // report and saw_again only
};

struct Event {
  EventKind kind = EventKind::noted;
  CaseState from = CaseState::reported;
  CaseState to = CaseState::reported;
  PenaltyStage stage = PenaltyStage::none;
  Actor actor;
  UtcMicros at;
  std::optional<UtcMicros>
      due;  // the limit that holds after this event, computed from the log and calendar
  Facts facts;
  std::optional<Sighting> sighting;  // reported only
  friend bool operator==(const Event&, const Event&) = default;
};

// The fold of a case's events: all that a decision may depend on.
struct Case {
  CaseId id;
  std::uint32_t version = 0;  // number of events
  CaseState state = CaseState::reported;
  PenaltyStage stage = PenaltyStage::none;  // kept while suspended, none outside off_site otherwise
  CaseState resume_to = CaseState::reported;  // where a suspended or refused case goes back to
  Sighting sighting;
  UtcMicros reported_at, state_since;
  std::optional<UtcMicros> confirmed_at, told_at, corrected_at, dispatched_at, ended_at;
  std::optional<UtcMicros> due;       // limit of the present state
  std::optional<UtcMicros> held_due;  // limit put aside while rechecking, suspended or transferring
  UtcMicros limit_since;              // when the present limit began to run
  UtcMicros last_at;                  // time of the newest event
  int reminder_rounds = 0, reminders_failed = 0, cannot_see = 0, reworks = 0, returns = 0;
  int extensions = 0, suspensions = 0;
  int escalations = 0;  // of the present limit: 1 near its end, 2 far beyond it
  bool extension_pending = false, objection_pending = false, check_on_spot = false;
  bool order_wanted = false;  // an order was asked for and has neither failed nor come back
  Micros extension_asked;
  std::int64_t notified_fen = 0, penalty_fen = 0;  // announced and decided; never an indicator
  std::vector<UserId> handlers;                    // who handled it; none of them may verify it
  TeamId team;
  std::string order_reference, department;
  CaseId merged_into;
  friend bool operator==(const Case&, const Case&) = default;
};

bool is_end(CaseState state);

std::string_view name_of(CaseState);
std::string_view name_of(PenaltyStage);
std::string_view name_of(Role);
std::string_view name_of(CommandKind);
std::string_view name_of(EventKind);
std::string_view name_of(PictureRole);
// The Chinese word of the glossary, for screens and documents.
std::string_view chinese_of(CaseState);
std::string_view chinese_of(PenaltyStage);
std::string_view chinese_of(Role);
std::string_view chinese_of(CommandKind);
std::string_view chinese_of(EventKind);
std::string_view chinese_of(PictureRole);

// Inverse of name_of; nullopt for an unknown word.
std::optional<CaseState> case_state_from(std::string_view);
std::optional<PenaltyStage> penalty_stage_from(std::string_view);
std::optional<Role> role_from(std::string_view);
std::optional<CommandKind> command_kind_from(std::string_view);
std::optional<EventKind> event_kind_from(std::string_view);
std::optional<PictureRole> picture_role_from(std::string_view);

}  // namespace xunjie::domain
