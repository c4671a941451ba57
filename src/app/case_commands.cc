#include "app/case_commands.h"

#include <algorithm>

#include "app/case_records.h"
#include "app/codec.h"
#include "app/command_body.h"
#include "app/registry.h"
#include "app/secrets.h"
#include "app/views.h"
#include "domain/duplicates.h"
#include "domain/rights.h"

namespace xunjie::app {
namespace {

// Writers of one case meet rarely; losing this often in a row means something is broken.
constexpr int kRacesMax = 16;

// About 8 MB; cases under way in a busy hour.
constexpr std::size_t kRememberedMax = 4096;

// Whether another state of the case might have been answered otherwise.
bool depends_on_case(ErrorCode code) {
  return code == ErrorCode::version_conflict || code == ErrorCode::not_allowed_in_state ||
         code == ErrorCode::forbidden || code == ErrorCode::invalid_argument ||
         code == ErrorCode::command_reused || code == ErrorCode::already_exists;
}

Error outdated(std::uint32_t current) {
  return make_error(ErrorCode::version_conflict,
                    "案件已有新进展，当前版本为 " + std::to_string(current), "version",
                    std::to_string(current));
}

Error unknown_case(const domain::CaseId& id) {
  return make_error(ErrorCode::not_found, "没有案件 “" + id.value + "”");
}

Error reused() {
  return make_error(ErrorCode::command_reused, "这个 command_id 已用于另一条命令，请换一个新的",
                    "command_id");
}

std::vector<ports::TimerChange> timers_of(const domain::Decision& decision,
                                          const std::string& fired) {
  std::vector<ports::TimerChange> timers;
  bool set_anew = false;
  for (const auto& timer : decision.timers) {
    set_anew = set_anew || timer.name == fired;
    timers.push_back({timer.name, timer.due, std::string(name_of(timer.command))});
  }
  if (!fired.empty() && !set_anew) timers.push_back({fired, std::nullopt, {}});
  return timers;
}

}  // namespace

struct CaseCommands::Step {
  const SystemCommand& say;
  std::optional<std::uint32_t> version;  // what a person looked at
  std::string body_hash;
  const Principal* principal = nullptr;  // who gets the case as reply; nullptr: only its version
};

struct CaseCommands::Outcome {
  Applied applied;
  std::string reply;
};

CaseCommands::CaseCommands(ports::Store& store, const ports::Clock& clock,
                           const ReferenceData& reference, const Registry& registry,
                           ports::BlobStore* blobs)
    : store_(store),
      clock_(clock),
      reference_(reference),
      registry_(registry),
      blobs_(blobs),
      remembered_(kRememberedMax) {}

Result<domain::Case> CaseCommands::readable_case(const ExecuteRequest& request) {
  const domain::Actor actor = actor_of(request.principal);
  auto remembered = remembered_.find(request.case_id);
  if (remembered && domain::may_read(actor, *remembered)) return *std::move(remembered);
  XUNJIE_TRY(stored, load_case(store_, request.case_id));
  if (!stored || !domain::may_read(actor, *stored)) return unknown_case(request.case_id);
  return *std::move(stored);
}

Result<ExecuteReply> CaseCommands::execute(const ExecuteRequest& request) {
  XUNJIE_TRY(body, read_command_body(request.body, clock_.now()));
  XUNJIE_TRY(current, readable_case(request));

  SystemCommand say;
  say.scope = request.principal.id.value;
  say.id = body.id;
  say.command = {body.kind, actor_of(request.principal), std::move(body.facts), std::nullopt};
  Step step{say, body.version, sha256_hex(request.case_id.value + "\n" + body.hash),
            &request.principal};
  const auto sound = check_references(current, say.command.facts);
  if (!sound.ok()) {
    // A repeated command gets its reply even when what it named is gone by now.
    XUNJIE_TRY(known, store_.find_receipt(say.scope, say.id));
    if (!known) return sound.error();
  }
  auto outcome = attempt(request.case_id, step);
  if (!outcome.ok()) {
    Error error = std::move(outcome).error();
    if (error.code == ErrorCode::invalid_argument && !error.field.empty()) {
      error.field = "facts." + error.field;
    }
    return error;
  }
  return ExecuteReply{std::move(outcome->reply), outcome->applied.repeated};
}

Result<Applied> CaseCommands::apply(const domain::CaseId& id, const SystemCommand& command) {
  const std::string hash = sha256_hex(id.value + "\n" + std::string(name_of(command.command.kind)));
  XUNJIE_TRY(outcome, attempt_until_won(id, Step{command, std::nullopt, hash, nullptr}));
  return std::move(outcome.applied);
}

Result<Applied> CaseCommands::open(const domain::CaseId& id, const SystemCommand& report) {
  XUNJIE_CHECK(report.command.sighting.has_value());
  const std::string hash = sha256_hex("report\n" + report.command.sighting->finding.value);
  XUNJIE_TRY(outcome, attempt_until_won(id, Step{report, 0, hash, nullptr}));
  return std::move(outcome.applied);
}

Result<CaseCommands::Outcome> CaseCommands::attempt_until_won(const domain::CaseId& id,
                                                              const Step& step) {
  for (int race = 0;; ++race) {
    auto outcome = attempt(id, step);
    const bool lost = !outcome.ok() && outcome.error().code == ErrorCode::version_conflict;
    if (!lost || step.version || race == kRacesMax) return outcome;
  }
}

// Decided at once on what is remembered of the case; nullopt when that is nothing, or when the
// answer would be a refusal that the stored case may not deserve.
Result<std::optional<CaseCommands::Outcome>> CaseCommands::attempt_remembered(
    const domain::CaseId& id, const Step& step) {
  const bool opens = step.say.command.sighting.has_value();
  auto remembered = remembered_.find(id);
  if (!remembered && !opens) return std::optional<Outcome>();
  auto outcome = attempt_on(std::move(remembered), id, step);
  if (outcome.ok()) return std::optional<Outcome>(std::move(outcome).value());
  if (!depends_on_case(outcome.error().code)) return outcome.error();
  remembered_.drop(id);
  return std::optional<Outcome>();
}

Result<CaseCommands::Outcome> CaseCommands::attempt(const domain::CaseId& id, const Step& step) {
  XUNJIE_TRY(quick, attempt_remembered(id, step));
  if (quick) return *std::move(quick);
  const SystemCommand& say = step.say;
  XUNJIE_TRY(receipt, store_.find_receipt(say.scope, say.id));
  if (receipt) {
    if (receipt->body_hash != step.body_hash) return reused();
    return Outcome{Applied{true, {}, {}}, receipt->reply};
  }
  XUNJIE_TRY(current, load_case(store_, id));
  return attempt_on(std::move(current), id, step);
}

Result<CaseCommands::Outcome> CaseCommands::attempt_on(std::optional<domain::Case> current,
                                                       const domain::CaseId& id, const Step& step) {
  const SystemCommand& say = step.say;
  const std::uint32_t version = current ? current->version : 0;
  if (!current && !say.command.sighting) return unknown_case(id);
  if (step.version && *step.version != version) return outdated(version);

  // A clock that stepped back must not write a log that runs backwards.
  UtcMicros now = clock_.now();
  if (current) now = std::max(now, current->last_at);
  XUNJIE_TRY(rules, current
                        ? rules_for(*current, now)
                        : rules_for(*say.command.sighting, domain::CaseState::reported, now, now));
  XUNJIE_TRY(decision, domain::decide(current, id, say.command, now, rules));

  std::optional<domain::Case> folded = std::move(current);
  for (const auto& event : decision.events) folded = domain::evolve(std::move(folded), id, event);
  XUNJIE_CHECK(folded.has_value());
  Outcome outcome;
  outcome.applied.after = *std::move(folded);
  const domain::Case& after = outcome.applied.after;
  if (step.principal != nullptr) {
    XUNJIE_TRY(reply, reply_to(*step.principal, after, decision.events, now));
    outcome.reply = std::move(reply);
  } else {
    outcome.reply = json::serialize(json::object{{"case", id.value}, {"version", after.version}});
  }

  ports::Batch batch;
  batch.case_id = id;
  batch.expected_version = version;
  batch.receipt = ports::CommandReceipt{say.id, say.scope, step.body_hash, outcome.reply, now};
  for (const auto& event : decision.events) batch.events.push_back(record_of(event));
  batch.row = row_of(after);
  batch.effects = effects_of(decision, after, reference_.policy, now);
  batch.timers = timers_of(decision, say.fired_timer);
  batch.finished_effect = say.finished_effect;
  outcome.applied.events = std::move(decision.events);
  return committed(batch, step, std::move(outcome));
}

Result<CaseCommands::Outcome> CaseCommands::committed(const ports::Batch& batch, const Step& step,
                                                      Outcome outcome) {
  auto done = store_.commit(batch);
  if (!done.ok()) {
    const bool lost = done.error().code == ErrorCode::version_conflict;
    if (!lost || !step.version || batch.expected_version == 0) return done.error();
    // Another writer came between; to this person that is the same as having looked too early.
    XUNJIE_TRY(newest, load_case(store_, batch.case_id));
    return outdated(newest ? newest->version : 0);
  }
  if (done->repeated) return Outcome{Applied{true, {}, {}}, *std::move(done->repeated)};
  remembered_.keep(outcome.applied.after);
  return outcome;
}

Result<std::string> CaseCommands::reply_to(const Principal& principal, const domain::Case& after,
                                           const std::vector<domain::Event>& events,
                                           UtcMicros now) {
  XUNJIE_TRY(seen, seen_events(store_, after.id));
  const auto before = seen.size();
  for (const auto& event : events) {
    seen.push_back({static_cast<std::uint32_t>(seen.size() + 1), event, {}});
  }
  XUNJIE_TRY(rules, rules_for(after, now));
  CaseViews views(store_, reference_, registry_, now);
  json::object reply;
  reply["case"] = views.detail(principal, after, seen, rules);
  json::array fresh;
  for (auto i = before; i < seen.size(); ++i) fresh.push_back(views.event(after.id, seen[i]));
  reply["events"] = std::move(fresh);
  return json::serialize(reply);
}

// What a command names must exist: a picture nobody uploaded proves nothing.
Result<void> CaseCommands::check_references(const domain::Case& subject,
                                            const domain::Facts& facts) {
  const auto wrong = [](const std::string& field, const std::string& what) {
    return make_error(ErrorCode::invalid_argument, field + "：" + what, field);
  };
  if (!facts.team.empty() && !registry_.snapshot()->teams.contains(facts.team)) {
    return wrong("facts.team", "没有队伍 “" + facts.team.value + "”");
  }
  if (!facts.into.empty()) {
    XUNJIE_TRY(target, load_case(store_, facts.into));
    if (!target) return wrong("facts.into", "没有案件 “" + facts.into.value + "”");
    const auto mergeable = domain::check_merge(subject, *target);
    if (!mergeable.ok()) return wrong("facts.into", mergeable.error().message);
  }
  const auto& departments = reference_.departments;
  const bool known = std::any_of(departments.begin(), departments.end(),
                                 [&facts](const auto& one) { return one.id == facts.department; });
  if (!facts.department.empty() && !known) {
    return wrong("facts.department", "没有部门 “" + facts.department + "”");
  }
  for (std::size_t i = 0; blobs_ != nullptr && i < facts.pictures.size(); ++i) {
    if (!blobs_->size_of(facts.pictures[i].original).ok()) {
      return wrong("facts.pictures[" + std::to_string(i) + "].blob", "没有上传过这张图片");
    }
  }
  for (std::size_t i = 0; i < facts.officers.size(); ++i) {
    XUNJIE_TRY(user, store_.find_entity("user", facts.officers[i].value));
    const std::string field = "facts.officers[" + std::to_string(i) + "]";
    if (!user) return wrong(field, "没有用户 “" + facts.officers[i].value + "”");
  }
  return {};
}

}  // namespace xunjie::app
