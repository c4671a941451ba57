// Cases: lists, one case, commands, the review queue, the map and the funnel.
#include "app/case_commands.h"
#include "app/case_queries.h"
#include "base/crash_point.h"
#include "http/api.h"
#include "http/reply.h"

namespace xunjie::http {
namespace {

Response command(const Services& services, const Call& call) {
  crash_point("http.before_command");
  auto done = services.commands->execute(
      {call.principal(), domain::CaseId(call.parameter("id")), call.request.body});
  crash_point("http.before_reply");
  if (!done) return problem(done.error());
  return json_response(std::move(done->reply_json));
}

}  // namespace

void add_case_routes(Router& router, const Services& services) {
  app::CaseQueries* const queries = services.queries;
  router.get("/api/v1/cases", Access::session, [queries](const Call& call) {
    return reply(queries->list(call.principal(), call.query));
  });
  router.get("/api/v1/cases/{id}", Access::session, [queries](const Call& call) {
    return reply(queries->detail(call.principal(), domain::CaseId(call.parameter("id"))));
  });
  router.send(Method::post, "/api/v1/cases/{id}/commands", Access::session,
              [&services](const Call& call) { return command(services, call); });
  router.get("/api/v1/review", Access::session, [queries](const Call& call) {
    return reply(queries->review(call.principal(), call.query));
  });
  router.get("/api/v1/map/points", Access::session, [queries](const Call& call) {
    return reply(queries->map_points(call.principal(), call.query));
  });
  router.get("/api/v1/funnel", Access::session, [queries](const Call& call) {
    return reply(queries->funnel(call.principal(), call.query));
  });
}

}  // namespace xunjie::http
