#include "server/district.h"

#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "server/detector.h"
#include "server/gauges.h"

namespace xunjie::server {
namespace {

constexpr int kOutboxThreads = 2;
// Pictures of cases are waited for by reviewers; a clip takes as much as twenty of them.
constexpr std::array kCopyLanes = std::to_array<std::pair<app::CopyDesk::Lane, int>>({
    {app::CopyDesk::Lane::pictures, 3},
    {app::CopyDesk::Lane::camera_pictures, 10},
    {app::CopyDesk::Lane::clips, 15},
});

}  // namespace

Result<DistrictKeys> load_keys(ports::Store& store, const std::string& configured_merchant) {
  DistrictKeys keys;
  XUNJIE_TRY(pictures, app::load_or_make_key(store, "picture_links"));
  keys.pictures = pictures;
  if (!configured_merchant.empty()) {
    keys.merchant = configured_merchant;
    return keys;
  }
  XUNJIE_TRY(merchant, app::load_or_make_key(store, "merchant_links"));
  keys.merchant = merchant;
  return keys;
}

District::District(std::unique_ptr<Core> core, Gateways gateways,
                   std::unique_ptr<ports::Redactor> redactor, const DistrictKeys& keys,
                   const std::string& public_url)
    : core_(std::move(core)),
      gateways_(std::move(gateways)),
      queries_(*core_->store, core_->clock, core_->reference, core_->registry, core_->commands),
      effects_(*core_->store, core_->clock),
      redactor_(std::move(redactor)),
      access_log_(*core_->ledger, core_->clock),
      copies_(*core_->ledger, *core_->blobs, *redactor_),
      blob_access_(*core_->store, *core_->blobs, core_->clock, core_->registry, copies_,
                   access_log_),
      retention_(
          *core_->store, *core_->ledger, *core_->blobs, core_->clock, core_->reference,
          [core = core_.get()] { return app::files_beside_cases(core->health, core->registry); }),
      reviews_(*core_->store, *core_->blobs, core_->clock, core_->registry, core_->acts),
      live_(core_->clock, core_->registry, core_->acts),
      probing_(prober_, core_->clock, core_->registry, core_->acts),
      merchants_(keys.merchant, public_url, *core_->store, core_->clock, core_->reference,
                 core_->registry, core_->commands),
      pictures_(keys.pictures, public_url, *core_->store, core_->clock),
      callbacks_(*core_->store, *core_->blobs, core_->clock, core_->commands,
                 gateways_.messages.get(), gateways_.city.get()),
      intake_(*core_->store, core_->clock, core_->reference, core_->registry, core_->commands,
              core_->health),
      hub_(*core_->store, core_->clock,
           [this](const app::Principal& reader,
                  const ports::Change& change) -> std::optional<http::RenderedChange> {
             auto item = queries_.stream_item(reader, change);
             if (!item) return std::nullopt;
             return http::RenderedChange{std::move(item->event), std::move(item->data)};
           }),
      timers_(*core_->store, core_->clock, core_->commands) {}

District::~District() {
  stop();
}

namespace {

// Copies give way to receiving, judging and requests.
void run_in_background(int nice) {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), nice);
}

}  // namespace

Result<void> District::start(const std::filesystem::path& data,
                             std::shared_ptr<ports::Detector> detector) {
  detector_ = std::move(detector);
  watch::LiveOptions watching;
  watching.detector = detector_;
  watching.state_dir = data / "watch";
  watcher_ = std::make_unique<watch::LiveWatcher>(watching, core_->clock, *core_->blobs, intake_,
                                                  *redactor_);
  XUNJIE_TRY_VOID(core_->registry.attach(watcher_.get()));
  live_.attach(watcher_.get());
  outbox_ = std::make_unique<app::OutboxRunner>(
      *core_->store, core_->clock, core_->reference, core_->registry, core_->commands, merchants_,
      pictures_, app::OutboxPorts{gateways_.messages.get(), gateways_.city.get(), watcher_.get()});
  intake_.prepare_copies_with(copies_);
  hub_.start();
  for (int i = 0; i < kOutboxThreads; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { outbox_->run(stop); });
  }
  threads_.emplace_back([this](const std::stop_token& stop) { timers_.run(stop); });
  threads_.emplace_back([this](const std::stop_token& stop) { access_log_.run(stop); });
  threads_.emplace_back([this](const std::stop_token& stop) { retention_.run(stop); });
  for (const auto& [lane, nice] : kCopyLanes) {
    threads_.emplace_back([this, lane = lane, nice = nice](const std::stop_token& stop) {
      run_in_background(nice);
      copies_.run(lane, stop);
    });
  }
  return {};
}

void District::stop() {
  prober_.stop();
  live_.attach(nullptr);
  const auto detached = core_->registry.attach(nullptr);
  if (!detached) spdlog::warn("cameras could not be detached: {}", detached.error().message);
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
  watcher_.reset();
  hub_.stop();
}

http::Services District::services() {
  http::Services services;
  services.clock = &core_->clock;
  services.reference = &core_->reference;
  services.accounts = &core_->accounts;
  services.commands = &core_->commands;
  services.queries = &queries_;
  services.registry = &core_->registry;
  services.acts = &core_->acts;
  services.probing = &probing_;
  services.reviews = &reviews_;
  services.live = &live_;
  services.effects = &effects_;
  services.blobs = &blob_access_;
  services.access_log = &access_log_;
  services.merchants = &merchants_;
  services.pictures = &pictures_;
  services.gateways = &callbacks_;
  services.hub = &hub_;
  services.store_ok = [store = core_->store.get()] { return store->last_change().ok(); };
  services.gauges = [this] { return gauges(); };
  return services;
}

std::vector<http::GaugeReading> District::gauges() {
  auto gauges = read_gauges(*core_, hub_.count());
  read_detector(detector_.get(), watcher_ ? watcher_->detect_counts() : std::nullopt, gauges);
  return gauges;
}

}  // namespace xunjie::server
