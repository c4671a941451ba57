// Shops, teams, accounts and the words of the system.
#include "app/accounts.h"
#include "app/registry.h"
#include "http/api.h"
#include "http/reply.h"

namespace xunjie::http {

void add_registry_routes(Router& router, const Services& services) {
  app::Registry* const registry = services.registry;
  router.get("/api/v1/shops", Access::session, [registry](const Call& call) {
    return reply(registry->shops(call.principal(), call.query));
  });
  router.get("/api/v1/shops/{id}", Access::session, [registry](const Call& call) {
    return reply(registry->shop(call.principal(), call.parameter("id")));
  });
  router.send(Method::put, "/api/v1/shops/{id}", Access::session, [registry](const Call& call) {
    return reply(registry->put_shop(call.principal(), call.parameter("id"), call.request.body));
  });
  router.get("/api/v1/teams", Access::session,
             [registry](const Call& call) { return reply(registry->teams(call.principal())); });
  router.get("/api/v1/users", Access::session, [&services](const Call& call) {
    return reply(services.accounts->list(call.principal()));
  });
  router.get("/api/v1/reference", Access::session, [&services](const Call&) {
    return json_response(app::reference_json(*services.reference));
  });
}

}  // namespace xunjie::http
