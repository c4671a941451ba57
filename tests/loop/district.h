// A small district for tests: the app's parts joined as the server joins them, a clock that stands
// still, and fakes for the other sides.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "app/accounts.h"
#include "app/blob_access.h"
#include "app/camera_acts.h"
#include "app/camera_health.h"
#include "app/case_commands.h"
#include "app/case_queries.h"
#include "app/effects_desk.h"
#include "app/finding_intake.h"
#include "app/gateway_callbacks.h"
#include "app/merchant_links.h"
#include "app/rebuild.h"
#include "app/registry.h"
#include "app/retention.h"
#include "app/runners.h"
#include "store/open.h"

namespace xunjie::testing {

class FakeClock final : public ports::Clock {
 public:
  [[nodiscard]] UtcMicros now() const override { return now_; }
  [[nodiscard]] Micros monotonic() const override { return monotonic_; }
  void advance(Micros span) {
    now_ = now_ + span;
    monotonic_ = monotonic_ + span;
  }
  void step_back(Micros span) { now_ = now_ - span; }

 private:
  UtcMicros now_{1'772'503'200'000'000};  // 2026-03-03 10:00 in Shanghai, a Tuesday
  Micros monotonic_{};
};

// What happens to one call to another side.
enum class Fault { none, lost_before, lost_after };

// A provider that recognises a repeated id, as the contract asks of it.
class FakeMessages final : public ports::MessageGateway {
 public:
  [[nodiscard]] std::string name() const override { return "fake"; }
  Result<std::string> send(const ports::OutgoingMessage& message) override;
  Result<std::optional<ports::MessageReceipt>> ask(const std::string& id) override;
  Result<ports::MessageReceipt> read_receipt(const app::Headers&, const std::string&) override {
    return receipt;
  }
  Result<ports::InboundMessage> read_inbound(const app::Headers&, const std::string&) override {
    return inbound;
  }

  std::function<Fault()> fault = [] { return Fault::none; };
  std::map<std::string, ports::OutgoingMessage> phones;  // what really reached a telephone, by id
  std::map<std::string, ports::ReceiptStatus> fate;      // what ask() knows of it
  int sends = 0;
  ports::MessageReceipt receipt;  // what the next callback says
  ports::InboundMessage inbound;
};

class FakeCity final : public ports::CityOperations {
 public:
  Result<std::string> create_order(const ports::WorkOrder& order) override;
  Result<void> update_order(const ports::WorkOrder& order) override;
  Result<void> cancel_order(const std::string& id, const std::string&) override;
  Result<ports::OrderUpdate> read_update(const app::Headers&, const std::string&) override {
    return update;
  }

  std::function<Fault()> fault = [] { return Fault::none; };
  std::map<std::string, ports::WorkOrder> orders;  // by number
  std::vector<std::string> cancelled;
  int creates = 0;
  ports::OrderUpdate update;
};

class FakeWatcher final : public ports::Watcher {
 public:
  Result<void> put_camera(const ports::CameraConfig& camera) override;
  Result<void> remove_camera(const domain::CameraId& id) override;
  Result<void> request_look(const ports::LookRequest& request) override;
  Result<void> relearn(const domain::CameraId& id) override;
  Result<void> dismiss(const domain::FindingId& finding) override;

  std::map<domain::CameraId, ports::CameraConfig> cameras;
  std::vector<ports::LookRequest> looks;
  std::vector<domain::FindingId> dismissed;
  std::vector<domain::CameraId> relearned;
};

// Copies are the original with a word before it, so that a test sees which it got.
class FakeRedactor final : public ports::Redactor {
 public:
  [[nodiscard]] std::string version() const override { return "test"; }
  Result<std::vector<std::byte>> picture(std::span<const std::byte> original,
                                         const ports::PictureRecipe& recipe) override;
  Result<std::vector<std::byte>> thumbnail(std::span<const std::byte> copy, int width) override;
  Result<std::vector<std::byte>> clip(std::span<const std::byte> original,
                                      const ports::ClipRecipe& recipe) override;
  int made = 0;
};

class District {
 public:
  // `overrides` as in serve's configuration.
  explicit District(const std::string& overrides = "{}");
  ~District();

  // Everything in memory goes, the data directory stays: what a crash leaves.
  void restart();

  // Runs timers and outbox until nothing more happens at this moment.
  void settle();
  void pass(Micros span);  // advance, then settle

  app::Principal person(const std::string& role) const;
  // A finding in the zone of the fruit shop, or in the zone without a shop.
  ports::RaisedFinding finding(const std::string& zone, const std::string& violation);
  domain::CaseId raise(const std::string& zone, const std::string& violation);
  domain::CaseId raise(const ports::RaisedFinding& finding);

  boost::json::object detail(const domain::CaseId& id, const std::string& role = "duty_officer");
  std::string state(const domain::CaseId& id);
  std::uint32_t version(const domain::CaseId& id);
  Result<app::ExecuteReply> command(const domain::CaseId& id, const std::string& role,
                                    const std::string& kind, const std::string& facts = "{}",
                                    const std::string& command_id = "");
  // Receipt for the newest message sent.
  Result<std::string> receipt(const std::string& message_id, ports::ReceiptStatus status);
  Result<std::string> city(const std::string& action, const std::string& order,
                           const std::string& update_id = "");
  Result<void> answer_look(ports::LookResult result);
  std::string newest_message() const;
  std::string newest_order() const;
  std::string newest_link() const;  // token of the merchant's link in the newest message
  int events_of(const domain::CaseId& id, const std::string& kind);

  [[nodiscard]] const std::filesystem::path& folder() const { return dir_; }

  FakeClock clock;
  FakeMessages messages;
  FakeCity city_operations;
  FakeWatcher watcher;
  FakeRedactor redactor;
  std::unique_ptr<ports::Store> store;
  std::unique_ptr<ports::EvidenceLedger> ledger;
  std::unique_ptr<ports::BlobStore> blobs;
  app::ReferenceData reference;

  struct Parts;
  std::unique_ptr<Parts> parts;

 private:
  void open();

  std::filesystem::path dir_;
  int counter_ = 0;
};

struct District::Parts {
  explicit Parts(District& district);
  app::CameraHealthBook health;
  app::CameraActs acts;
  app::Registry registry;
  app::Accounts accounts;
  app::CaseCommands commands;
  app::CaseQueries queries;
  app::FindingIntake intake;
  app::MerchantLinks links;
  app::PictureLinks pictures;
  app::OutboxRunner outbox;
  app::TimerRunner timers;
  app::GatewayCallbacks callbacks;
  app::AccessLog access_log;
  app::CopyDesk copies;
  app::BlobAccess blob_access;
  app::Retention retention;
  app::EffectsDesk effects;
};

}  // namespace xunjie::testing
