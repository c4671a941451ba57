// Requests to the outside that wait, or need a person.
#include "app/effects_desk.h"
#include "http/api.h"
#include "http/reply.h"

namespace xunjie::http {

void add_effect_routes(Router& router, const Services& services) {
  router.get("/api/v1/effects", Access::session, [&services](const Call& call) {
    return reply(services.effects->list(call.principal(), call.query));
  });
  router.add({Method::post, "/api/v1/effects/{id}/retry", Access::session, Body::none, 0,
              [&services](const Call& call) {
                return reply(services.effects->retry(call.principal(), call.parameter("id")));
              }});
}

}  // namespace xunjie::http
