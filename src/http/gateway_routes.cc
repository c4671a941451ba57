// Callbacks of the message provider and of city operations. Nobody is signed in here: each body is
// signed, and the driver that knows the protocol checks it.
#include "app/blob_access.h"
#include "app/gateway_callbacks.h"
#include "app/merchant_links.h"
#include "http/api.h"
#include "http/reply.h"

namespace xunjie::http {
namespace {

// Sixteen pictures in base64 fit.
constexpr std::size_t kUpdateBodyMax = 24u << 20;

Response city_picture(const Services& services, const Call& call) {
  auto linked = services.pictures->open(call.parameter("signed"));
  if (!linked) return problem(linked.error());
  auto content = services.blobs->read_linked(*linked);
  if (!content) return problem(content.error());
  if (content->preparing) return being_prepared();
  Response response;
  response.body.assign(reinterpret_cast<const char*>(content->bytes.data()), content->bytes.size());
  return std::move(response).with("Content-Type", content->content_type);
}

}  // namespace

void add_gateway_routes(Router& router, const Services& services) {
  app::GatewayCallbacks* const gateways = services.gateways;
  router.send(Method::post, "/api/v1/gateways/sms/receipts", Access::open,
              [gateways](const Call& call) {
                return reply(gateways->sms_receipt(call.request.headers, call.request.body));
              });
  router.send(Method::post, "/api/v1/gateways/sms/inbound", Access::open,
              [gateways](const Call& call) {
                return reply(gateways->sms_inbound(call.request.headers, call.request.body));
              });
  router.send(
      Method::post, "/api/v1/gateways/city/updates", Access::open,
      [gateways](const Call& call) {
        return reply(gateways->city_update(call.request.headers, call.request.body));
      },
      kUpdateBodyMax);
  router.get("/api/v1/gateways/city/pictures/{signed}", Access::open,
             [&services](const Call& call) { return city_picture(services, call); });
}

}  // namespace xunjie::http
