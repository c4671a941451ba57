// The merchant's page behind the signed link. The token in the address is the only proof asked for.
#include "app/blob_access.h"
#include "app/merchant_links.h"
#include "http/api.h"
#include "http/reply.h"
#include "http/static_files.h"

namespace xunjie::http {
namespace {

constexpr std::size_t kMerchantBodyMax = 16u << 10;

Response picture(const Services& services, const Call& call) {
  auto linked = services.merchants->picture(call.parameter("token"));
  if (!linked) return problem(linked.error());
  auto content = services.blobs->read_linked(*linked);
  if (!content) return problem(content.error());
  if (content->preparing) return being_prepared();
  Response response;
  response.body.assign(reinterpret_cast<const char*>(content->bytes.data()), content->bytes.size());
  return std::move(response).with("Content-Type", content->content_type);
}

// Any token gets the page: the page itself asks for the notice and says what is wrong with a bad
// one.
Response page(const Services& services, const Call& call) {
  if (services.console == nullptr) return problem(404, "not_found", "此服务没有安装页面");
  return services.console->file(call.request, "m.html");
}

}  // namespace

void add_merchant_routes(Router& router, const Services& services) {
  app::MerchantLinks* const merchants = services.merchants;
  router.get("/api/v1/merchant/{token}", Access::open, [merchants](const Call& call) {
    return reply(merchants->page(call.parameter("token")));
  });
  router.get("/api/v1/merchant/{token}/picture", Access::open,
             [&services](const Call& call) { return picture(services, call); });
  router.send(
      Method::post, "/api/v1/merchant/{token}/claim", Access::open,
      [merchants](const Call& call) {
        return reply(merchants->claim(call.parameter("token"), call.request.body));
      },
      kMerchantBodyMax);
  router.send(
      Method::post, "/api/v1/merchant/{token}/object", Access::open,
      [merchants](const Call& call) {
        return reply(merchants->object(call.parameter("token"), call.request.body));
      },
      kMerchantBodyMax);
  router.get("/m/{token}", Access::open,
             [&services](const Call& call) { return page(services, call); });
}

}  // namespace xunjie::http
