// Trying the address of a camera.
#include "app/camera_probing.h"
#include "http/api.h"
#include "http/reply.h"

namespace xunjie::http {

void add_probe_routes(Router& router, const Services& services) {
  router.send(Method::post, "/api/v1/camera-probes", Access::session,
              [&services](const Call& call) {
                auto probed = services.probing->probe(call.principal(), call.request.body);
                if (!probed) return problem(probed.error());
                Response response = json_response(std::move(probed->json));
                response.log_detail = std::move(probed->log);  // who tried what is in the log
                return response;
              });
  router.get("/api/v1/camera-probes/{id}/picture", Access::session, [&services](const Call& call) {
    auto content = services.probing->picture(call.principal(), call.parameter("id"));
    if (!content) return problem(content.error());
    return bytes_response(content->bytes, content->content_type)
        .with("Cache-Control", "private, no-store");
  });
}

}  // namespace xunjie::http
