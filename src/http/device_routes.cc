// A camera as a device: its health, what was done with it, its legal and technical review.
#include <span>

#include "app/camera_acts.h"
#include "app/device_reviews.h"
#include "app/registry.h"
#include "http/api.h"
#include "http/reply.h"

namespace xunjie::http {
namespace {

Response history(const Services& services, const Call& call) {
  const auto camera = services.registry->in_reach(call.principal(), call.parameter("id"));
  if (!camera) return problem(camera.error());
  return reply(services.registry->health_page(camera->config.id, call.query));
}

Response acts(const Services& services, const Call& call) {
  const auto camera = services.registry->in_reach(call.principal(), call.parameter("id"));
  if (!camera) return problem(camera.error());
  return reply(services.acts->page(camera->config.id, call.query));
}

Response document(const Services& services, const Call& call) {
  auto content =
      services.reviews->document(call.principal(), call.parameter("id"), call.parameter("sha256"));
  if (!content) return problem(content.error());
  Response response = bytes_response(content->bytes, content->content_type);
  // Somebody's upload: shown by the reader's own programs, never as a page of ours.
  return std::move(response)
      .with("Content-Disposition", "attachment")
      .with("Cache-Control", "private, no-store");
}

void add_review_routes(Router& router, const Services& services) {
  const std::string review = "/api/v1/cameras/{id}/review";
  router.get(review, Access::session, [&services](const Call& call) {
    return reply(services.reviews->read(call.principal(), call.parameter("id")));
  });
  router.send(Method::put, review, Access::session, [&services](const Call& call) {
    return reply(services.reviews->put(call.principal(), call.parameter("id"), call.request.body));
  });
  router.send(Method::post, review + "/decisions", Access::session, [&services](const Call& call) {
    return reply(
        services.reviews->decide(call.principal(), call.parameter("id"), call.request.body));
  });
  router.add({Method::post, review + "/documents", Access::session, Body::document,
              app::DeviceReviews::kDocumentMax, [&services](const Call& call) {
                const auto bytes = std::as_bytes(std::span(call.request.body));
                return reply(
                    services.reviews->upload(call.principal(), call.parameter("id"), bytes), 201);
              }});
  router.get(review + "/documents/{sha256}", Access::session,
             [&services](const Call& call) { return document(services, call); });
}

}  // namespace

void add_device_routes(Router& router, const Services& services) {
  router.get("/api/v1/cameras/{id}/history", Access::session,
             [&services](const Call& call) { return history(services, call); });
  router.get("/api/v1/cameras/{id}/acts", Access::session,
             [&services](const Call& call) { return acts(services, call); });
  add_review_routes(router, services);
}

}  // namespace xunjie::http
