// Cameras with their zones and health.
#include "app/registry.h"
#include "http/api.h"
#include "http/reply.h"

namespace xunjie::http {

void add_camera_routes(Router& router, const Services& services) {
  app::Registry* const registry = services.registry;
  router.get("/api/v1/cameras", Access::session,
             [registry](const Call& call) { return reply(registry->cameras(call.principal())); });
  router.get("/api/v1/cameras/{id}", Access::session, [registry](const Call& call) {
    return reply(registry->camera(call.principal(), call.parameter("id")));
  });
  router.send(Method::put, "/api/v1/cameras/{id}", Access::session, [registry](const Call& call) {
    return reply(registry->put_camera(call.principal(), call.parameter("id"), call.request.body));
  });
  router.add({Method::post, "/api/v1/cameras/{id}/relearn", Access::session, Body::none, 0,
              [registry](const Call& call) {
                return reply_empty(registry->relearn(call.principal(), call.parameter("id")));
              }});
  router.send(Method::delete_, "/api/v1/cameras/{id}", Access::session,
              [registry](const Call& call) {
                return reply_empty(registry->remove_camera(call.principal(), call.parameter("id")));
              });
}

}  // namespace xunjie::http
