// The interface of api/openapi.yaml: finds the route, lets the caller in or not, answers.
//
// Every request passes the same gate: route (404, 405), content type (415), query syntax (400),
// session (401), CSRF token (403). Only then the route's function runs, and all it does is call one
// use case of the app. What a person may see or do there is the app's decision.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/reference_data.h"
#include "http/http.h"
#include "http/metrics.h"
#include "http/router.h"
#include "ports/clock.h"

namespace xunjie::app {
class AccessLog;
class Accounts;
class BlobAccess;
class CameraActs;
class CameraProbing;
class CaseCommands;
class CaseQueries;
class DeviceReviews;
class EffectsDesk;
class GatewayCallbacks;
class LiveViews;
class MerchantLinks;
class PictureLinks;
class Registry;
}  // namespace xunjie::app

namespace xunjie::http {

class EventHub;
class StaticFiles;

struct AccessRecord {
  std::string_view method, route, address, user, detail;
  int status = 0;
  double seconds = 0;
  std::size_t bytes = 0;
};

// Everything the routes need; all of it outlives the Api and is thread-safe. Only `console` may
// stay null when the Api serves (pointers, so that the table of routes can also be listed by
// itself).
struct Services {
  const ports::Clock* clock = nullptr;
  const app::ReferenceData* reference = nullptr;
  app::Accounts* accounts = nullptr;
  app::CaseCommands* commands = nullptr;
  app::CaseQueries* queries = nullptr;
  app::Registry* registry = nullptr;
  app::CameraActs* acts = nullptr;
  app::CameraProbing* probing = nullptr;
  app::DeviceReviews* reviews = nullptr;
  app::LiveViews* live = nullptr;
  app::EffectsDesk* effects = nullptr;
  app::BlobAccess* blobs = nullptr;
  app::AccessLog* access_log = nullptr;
  app::MerchantLinks* merchants = nullptr;
  app::PictureLinks* pictures = nullptr;
  app::GatewayCallbacks* gateways = nullptr;
  EventHub* hub = nullptr;
  const StaticFiles* console = nullptr;  // nullptr: the API alone
  std::string version;
  bool secure_cookie = true;
  std::function<bool()> store_ok;                     // for /healthz
  std::function<std::vector<GaugeReading>()> gauges;  // for /metrics
  std::function<void(const AccessRecord&)> log;
};

class Api final : public Application {
 public:
  explicit Api(Services services);

  [[nodiscard]] std::size_t body_max(Method method, std::string_view path) const override;
  Response handle(const Request& request) override;
  Response refuse(int status, std::string_view why) override;

 private:
  Response answer(const Request& request, std::string& user);
  Response answer_route(const Request& request, Router::Match match, std::string& user);
  Response without_route(const Request& request, const Router::Match& match) const;

  const Services services_;
  Metrics metrics_;
  Router router_;
};

// "GET /api/v1/cases" for every route, in the order of the table.
std::vector<std::string> route_list();

// One function per resource; each adds its routes.
void add_session_routes(Router& router, const Services& services);
void add_case_routes(Router& router, const Services& services);
void add_blob_routes(Router& router, const Services& services);
void add_audit_routes(Router& router, const Services& services);
void add_camera_routes(Router& router, const Services& services);
void add_device_routes(Router& router, const Services& services);
void add_live_routes(Router& router, const Services& services);
void add_probe_routes(Router& router, const Services& services);
void add_registry_routes(Router& router, const Services& services);
void add_effect_routes(Router& router, const Services& services);
void add_gateway_routes(Router& router, const Services& services);
void add_merchant_routes(Router& router, const Services& services);
void add_stream_routes(Router& router, const Services& services);
void add_operations_routes(Router& router, const Services& services, const Metrics& metrics);

}  // namespace xunjie::http
