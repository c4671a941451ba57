// Who looked at what, and what was deleted: for auditors.
#include "app/access_log.h"
#include "http/api.h"
#include "http/reply.h"

namespace xunjie::http {

void add_audit_routes(Router& router, const Services& services) {
  router.get("/api/v1/access-log", Access::session, [&services](const Call& call) {
    return reply(services.access_log->list(call.principal(), call.query));
  });
  router.get("/api/v1/deletions", Access::session, [&services](const Call& call) {
    return reply(services.access_log->deletions(call.principal(), call.query));
  });
}

}  // namespace xunjie::http
