// The one way a case changes. A command is read, judged by domain::decide() on the folded case, and
// committed together with its events, effects, timers and receipt in one batch; nothing is ever
// half done. The same command id with the same body gets the same reply for ever, with another body
// command_reused.
//
// Thread-safe; blocks for the store's commit. A lost race against another writer is decided again
// on the new state (system and gateway commands) or reported as version_conflict (people, who said
// which version they looked at).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/case_cache.h"
#include "app/principal.h"
#include "app/reference_data.h"
#include "base/result.h"
#include "domain/loop.h"
#include "ports/blob_store.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace xunjie::app {

class Registry;

struct ExecuteRequest {
  Principal principal;
  domain::CaseId case_id;
  std::string body;  // JSON {"command_id","version","command","facts"}
};

struct ExecuteReply {
  std::string reply_json;  // {"case":CaseDetail,"events":[new ones]}
  bool repeated = false;   // this id was answered before; nothing was done now
};

// A command that does not come from a signed-in person: timers, gateways, the watcher, merchants.
struct SystemCommand {
  std::string scope;     // who repeats it: "timer", "sms", "city", "watcher", "merchant"
  domain::CommandId id;  // deterministic: the same cause makes the same id
  domain::Command command;
  std::optional<std::string> finished_effect;  // done in the same transaction
  std::string fired_timer;  // cancelled in the same transaction unless the decision sets it anew
};

struct Applied {
  bool repeated = false;
  domain::Case after;
  std::vector<domain::Event> events;  // empty when repeated
};

class CaseCommands {
 public:
  CaseCommands(ports::Store& store, const ports::Clock& clock, const ReferenceData& reference,
               const Registry& registry, ports::BlobStore* blobs = nullptr);

  // A person's command. Errors: not_found (case; also one outside the person's scope),
  // invalid_argument (field), version_conflict, command_reused, not_allowed_in_state, forbidden.
  Result<ExecuteReply> execute(const ExecuteRequest& request);

  // Retries lost races. not_allowed_in_state means the case has moved on: the caller decides
  // whether that is an error.
  Result<Applied> apply(const domain::CaseId& id, const SystemCommand& command);

  // Opens a case. Errors: already_exists (detail = the open case at the same place and kind).
  Result<Applied> open(const domain::CaseId& id, const SystemCommand& report);

  // The rules and party facts under which this case is decided now.
  Result<domain::Rules> rules_for(const domain::Case& current, UtcMicros now);

 private:
  struct Step;
  struct Outcome;
  Result<Outcome> attempt(const domain::CaseId& id, const Step& step);
  Result<std::optional<Outcome>> attempt_remembered(const domain::CaseId& id, const Step& step);
  Result<Outcome> attempt_on(std::optional<domain::Case> current, const domain::CaseId& id,
                             const Step& step);
  Result<Outcome> committed(const ports::Batch& batch, const Step& step, Outcome outcome);
  Result<domain::Case> readable_case(const ExecuteRequest& request);
  Result<domain::Rules> rules_for(const domain::Sighting& sighting, domain::CaseState state,
                                  UtcMicros reported_at, UtcMicros now);
  Result<Outcome> attempt_until_won(const domain::CaseId& id, const Step& step);
  Result<std::string> reply_to(const Principal& principal, const domain::Case& after,
                               const std::vector<domain::Event>& events, UtcMicros now);
  Result<void> check_references(const domain::Case& subject, const domain::Facts& facts);

  ports::Store& store_;
  const ports::Clock& clock_;
  const ReferenceData& reference_;
  const Registry& registry_;
  ports::BlobStore* blobs_;
  CaseCache remembered_;
};

}  // namespace xunjie::app
