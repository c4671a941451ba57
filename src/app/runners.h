// What happens without a person asking: the outbox talks to the other sides, the timers wake cases.
//
// Guarantees, stated honestly:
//   send_reminder  at least once to the provider under one id; exactly once to the phone when the
//                  provider recognises a repeated id (contract of the HTTP driver). After an
//                  unknown outcome the provider is asked before anything is sent again.
//   create/update/cancel_order  at least once under one order number; city operations recognises
//   it. request_look   at least once; an answer counts once. A look lost in a crash is asked for
//   again by
//                  the case's own timer.
//   notify_duty    exactly once (an alert entity under the effect's id).
// An effect that cannot finish is parked with its error, where GET /effects shows it.
//
// step() does one round and returns how much it did: tests drive it with their own clock. run()
// loops until asked to stop and may be called from several threads at once.
#pragma once

#include <stop_token>
#include <string>

#include "app/case_commands.h"
#include "app/merchant_links.h"
#include "app/reference_data.h"
#include "app/registry.h"
#include "ports/clock.h"
#include "ports/gateways.h"
#include "ports/store.h"
#include "ports/watching.h"

namespace xunjie::app {

// Everything the runner talks to; a null gateway means "not configured" and parks its effects.
struct OutboxPorts {
  ports::MessageGateway* messages = nullptr;
  ports::CityOperations* city = nullptr;
  ports::Watcher* watcher = nullptr;
};

class OutboxRunner {
 public:
  OutboxRunner(ports::Store& store, const ports::Clock& clock, const ReferenceData& reference,
               const Registry& registry, CaseCommands& commands, const MerchantLinks& links,
               const PictureLinks& pictures, OutboxPorts outside);

  int step(UtcMicros now);
  void run(const std::stop_token& stop);

 private:
  ports::Store& store_;
  const ports::Clock& clock_;
  const ReferenceData& reference_;
  const Registry& registry_;
  CaseCommands& commands_;
  const MerchantLinks& links_;
  const PictureLinks& pictures_;
  OutboxPorts outside_;
};

class TimerRunner {
 public:
  TimerRunner(ports::Store& store, const ports::Clock& clock, CaseCommands& commands);

  int step(UtcMicros now);
  void run(const std::stop_token& stop);

 private:
  bool fire(const ports::TimerRow& timer, UtcMicros now);

  ports::Store& store_;
  const ports::Clock& clock_;
  CaseCommands& commands_;
};

}  // namespace xunjie::app
