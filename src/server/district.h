// The running district: the core, what it talks to, and the threads that work without being asked.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "app/blob_access.h"
#include "app/camera_probing.h"
#include "app/case_queries.h"
#include "app/device_reviews.h"
#include "app/effects_desk.h"
#include "app/finding_intake.h"
#include "app/gateway_callbacks.h"
#include "app/live_views.h"
#include "app/merchant_links.h"
#include "app/retention.h"
#include "app/runners.h"
#include "http/api.h"
#include "http/event_hub.h"
#include "http/static_files.h"
#include "server/config.h"
#include "server/core.h"
#include "server/outside.h"
#include "watch/live_watcher.h"
#include "watch/probe.h"

namespace xunjie::server {

struct DistrictKeys {
  std::string merchant, pictures;
};

class District {
 public:
  // `console` may be null; `public_url` is where merchants and city operations reach us.
  District(std::unique_ptr<Core> core, Gateways gateways, std::unique_ptr<ports::Redactor> redactor,
           const DistrictKeys& keys, const std::string& public_url);
  ~District();  // stop()
  District(const District&) = delete;
  District& operator=(const District&) = delete;

  // Starts the watcher with all cameras, the runners and the live stream. `detector` may be null.
  Result<void> start(const std::filesystem::path& data, std::shared_ptr<ports::Detector> detector);
  // Ends what a request may wait for long (probes), before the server stops taking requests.
  void end_waiting() { prober_.stop(); }
  // In the order that loses nothing: cameras first, then the runners, then the stream.
  void stop();

  [[nodiscard]] Core& core() { return *core_; }
  // For the Api; refers to this district.
  [[nodiscard]] http::Services services();

 private:
  std::vector<http::GaugeReading> gauges();

  std::unique_ptr<Core> core_;
  Gateways gateways_;
  app::CaseQueries queries_;
  app::EffectsDesk effects_;
  std::unique_ptr<ports::Redactor> redactor_;
  app::AccessLog access_log_;
  app::CopyDesk copies_;
  app::BlobAccess blob_access_;
  app::Retention retention_;
  app::DeviceReviews reviews_;
  app::LiveViews live_;
  watch::Prober prober_;
  app::CameraProbing probing_;
  app::MerchantLinks merchants_;
  app::PictureLinks pictures_;
  app::GatewayCallbacks callbacks_;
  app::FindingIntake intake_;
  http::EventHub hub_;
  std::shared_ptr<ports::Detector> detector_;  // null: the zones' rules alone
  std::unique_ptr<watch::LiveWatcher> watcher_;
  std::unique_ptr<app::OutboxRunner> outbox_;
  app::TimerRunner timers_;
  std::vector<std::jthread> threads_;
};

// The installation's secrets; `configured_merchant` replaces the stored one where given.
Result<DistrictKeys> load_keys(ports::Store& store, const std::string& configured_merchant);

}  // namespace xunjie::server
