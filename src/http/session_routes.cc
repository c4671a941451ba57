// Signing in and out.
#include "app/accounts.h"
#include "http/api.h"
#include "http/reply.h"
#include "http/security.h"

namespace xunjie::http {
namespace {

constexpr std::size_t kCredentialsMax = 4096;

Response sign_in(const Services& services, const Call& call) {
  auto signed_in = services.accounts->sign_in(call.request.body, client_address(call.request));
  if (!signed_in) return problem(signed_in.error());
  return json_response(services.accounts->session_json(signed_in->session))
      .with("Set-Cookie", session_cookie(signed_in->token, services.secure_cookie));
}

Response sign_out(const Services& services, const Call& call) {
  services.accounts->sign_out(call.token);
  Response response;
  response.status = 204;
  response.with("Set-Cookie", cleared_session_cookie(services.secure_cookie));
  return response;
}

}  // namespace

void add_session_routes(Router& router, const Services& services) {
  router.send(
      Method::post, "/api/v1/session", Access::open,
      [&services](const Call& call) { return sign_in(services, call); }, kCredentialsMax);
  router.get("/api/v1/session", Access::session, [&services](const Call& call) {
    return json_response(services.accounts->session_json(*call.session));
  });
  router.send(Method::delete_, "/api/v1/session", Access::session,
              [&services](const Call& call) { return sign_out(services, call); });
}

}  // namespace xunjie::http
