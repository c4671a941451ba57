// Works off send_reminder and ask_receipt. Internal to app; see runners.h for the guarantee.
#pragma once

#include "app/case_commands.h"
#include "app/effect_outcome.h"
#include "app/merchant_links.h"
#include "app/reference_data.h"
#include "app/registry.h"
#include "app/reminder.h"
#include "ports/gateways.h"
#include "ports/store.h"

namespace xunjie::app {

class ReminderSender {
 public:
  ReminderSender(ports::Store& store, const ReferenceData& reference, const Registry& registry,
                 CaseCommands& commands, const MerchantLinks& links,
                 ports::MessageGateway* gateway);

  EffectOutcome send(const ports::EffectRow& effect, UtcMicros now);
  EffectOutcome ask(const ports::EffectRow& effect, UtcMicros now);

 private:
  // nullopt: nothing to send any more (skipped and said so).
  Result<std::optional<Reminder>> prepare(const ports::EffectRow& effect,
                                          const domain::Case& current, UtcMicros now);
  EffectOutcome hand_over(const ports::EffectRow& effect, const Reminder& reminder, UtcMicros now);
  Result<void> mark_sent(const std::string& id, const std::string& reference, UtcMicros now);
  std::string text_for(const domain::Case& current, const Shop& shop, UtcMicros now) const;

  ports::Store& store_;
  const ReferenceData& reference_;
  const Registry& registry_;
  CaseCommands& commands_;
  const MerchantLinks& links_;
  ports::MessageGateway* gateway_;
};

// Counts the message `id` against the shop's caps; counting it twice changes nothing. false: over
// the cap, not counted.
Result<bool> count_message(ports::Store& store, const domain::ShopId& shop, const std::string& id,
                           const Policy& policy, UtcMicros now);

// Fills {name} places of a template; unknown names stay as they are.
std::string fill_template(std::string_view text,
                          const std::vector<std::pair<std::string_view, std::string>>& values);
// "11月23日14:05" in local time.
std::string local_time_text(UtcMicros time);

}  // namespace xunjie::app
