// Works off create_order, update_order and cancel_order. Internal to app; see runners.h for the
// guarantee. The order's number is the id of the create_order effect, so a repetition is
// recognised.
#pragma once

#include "app/case_commands.h"
#include "app/effect_outcome.h"
#include "app/merchant_links.h"
#include "app/reference_data.h"
#include "app/registry.h"
#include "ports/gateways.h"
#include "ports/store.h"

namespace xunjie::app {

class OrderSender {
 public:
  OrderSender(ports::Store& store, const ReferenceData& reference, const Registry& registry,
              CaseCommands& commands, const PictureLinks& pictures, ports::CityOperations* city);

  EffectOutcome create(const ports::EffectRow& effect, UtcMicros now);
  EffectOutcome update(const ports::EffectRow& effect, UtcMicros now);
  EffectOutcome cancel(const ports::EffectRow& effect, UtcMicros now);

 private:
  ports::WorkOrder order_for(const domain::Case& current, const std::string& number,
                             const domain::Facts& facts, UtcMicros now) const;

  ports::Store& store_;
  const ReferenceData& reference_;
  const Registry& registry_;
  CaseCommands& commands_;
  const PictureLinks& pictures_;
  ports::CityOperations* city_;
};

// The facts an effect was written with.
Result<domain::Facts> facts_of(const ports::EffectRow& effect);

}  // namespace xunjie::app
