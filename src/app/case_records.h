// Between the domain's values and the store's records: loading a case, and turning a decision into
// one batch. Internal to app.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/reference_data.h"
#include "base/result.h"
#include "domain/loop.h"
#include "ports/store.h"

namespace xunjie::app {

// Outbox kinds beside the domain's EffectKind names.
inline constexpr std::string_view kAskReceipt = "ask_receipt";  // what became of a reminder
inline constexpr std::string_view kDismissFinding =
    "dismiss_finding";  // rejected: part of the street

// nullopt: no such case. The row's body is used when it agrees with the row's version, else the log
// is folded. Errors: corrupt.
Result<std::optional<domain::Case>> load_case(ports::Store& store, const domain::CaseId& id);
Result<domain::Case> case_of(ports::Store& store, const ports::CaseRow& row);
Result<domain::Case> fold(const domain::CaseId& id, const std::vector<ports::StoredEvent>& events);

ports::CaseRow row_of(const domain::Case& current);
ports::NewEvent record_of(const domain::Event& event);

// "<case>-<version>-sms"; the idempotency key towards the other side. At most one effect of a kind
// follows from one decision.
std::string effect_id(const domain::CaseId& id, std::uint32_t version, std::string_view kind);

// The decision's effects as outbox rows, together with those that only the app knows of.
std::vector<ports::NewEffect> effects_of(const domain::Decision& decision,
                                         const domain::Case& after, const Policy& policy,
                                         UtcMicros now);

// `time` itself outside quiet hours, else the end of them.
UtcMicros after_quiet_hours(UtcMicros time, const Policy& policy);

// The newest effect of that kind of this case, found by its deterministic id; nullopt: none.
Result<std::optional<ports::EffectRow>> newest_effect(ports::Store& store,
                                                      const domain::Case& current,
                                                      std::string_view kind);

}  // namespace xunjie::app
