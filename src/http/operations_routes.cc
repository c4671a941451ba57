// Health and metrics, for the people who keep the service running. No session: a proxy keeps
// /metrics from the outside.
#include <boost/json.hpp>

#include "http/api.h"
#include "http/reply.h"

namespace xunjie::http {

void add_operations_routes(Router& router, const Services& services, const Metrics& metrics) {
  router.get("/healthz", Access::open, [&services](const Call&) {
    const bool ok = services.store_ok();
    const char* word = ok ? "ok" : "failing";
    const boost::json::object body{
        {"status", word}, {"store", word}, {"version", services.version}};
    return json_response(boost::json::serialize(body), ok ? 200 : 503);
  });
  router.get("/metrics", Access::open, [&services, &metrics](const Call&) {
    Response response;
    response.body = metrics.text(services.gauges());
    return std::move(response).with("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  });
}

}  // namespace xunjie::http
