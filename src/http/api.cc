#include "http/api.h"

#include <algorithm>
#include <chrono>

#include "app/accounts.h"
#include "http/problem.h"
#include "http/security.h"
#include "http/static_files.h"
#include "http/url.h"

namespace xunjie::http {
namespace {

constexpr std::size_t kUnknownBodyMax = 64u << 10;

void add_routes(Router& router, const Services& services, const Metrics& metrics) {
  add_session_routes(router, services);
  add_case_routes(router, services);
  add_blob_routes(router, services);
  add_audit_routes(router, services);
  add_camera_routes(router, services);
  add_device_routes(router, services);
  add_live_routes(router, services);
  add_probe_routes(router, services);
  add_registry_routes(router, services);
  add_effect_routes(router, services);
  add_gateway_routes(router, services);
  add_merchant_routes(router, services);
  add_stream_routes(router, services);
  add_operations_routes(router, services, metrics);
}

// The table holds functions that look at `services` only when called, so an empty one will do to
// list.
Router make_router(const Services& services, const Metrics& metrics) {
  Router router;
  add_routes(router, services, metrics);
  return router;
}

bool is_safe(Method method) {
  return method == Method::get || method == Method::head;
}

// nullopt: the body may come in.
std::optional<Response> check_content_type(const Request& request, Body wanted) {
  if (wanted == Body::none) {
    if (request.body.empty()) return std::nullopt;
    return problem(400, "invalid_argument", "此请求不接受正文");
  }
  const std::string* header = request.header("Content-Type");
  const std::string type = header == nullptr ? "" : header->substr(0, header->find(';'));
  if (wanted == Body::json) {
    if (type == "application/json") return std::nullopt;
    return problem(415, "unsupported_media_type", "Content-Type 应为 application/json");
  }
  if (wanted == Body::document) {
    if (type == "application/pdf" || type == "image/jpeg" || type == "image/png")
      return std::nullopt;
    return problem(415, "unsupported_media_type",
                   "Content-Type 应为 application/pdf、image/jpeg 或 image/png");
  }
  if (type == "image/jpeg" || type == "image/png" || type == "video/mp4") return std::nullopt;
  return problem(415, "unsupported_media_type",
                 "Content-Type 应为 image/jpeg、image/png 或 video/mp4");
}

Response method_not_allowed(const std::vector<Method>& allowed) {
  std::string list;
  for (const Method method : allowed) {
    if (!list.empty()) list += ", ";
    list += name_of(method);
  }
  return problem(405, "method_not_allowed", "此地址只接受 " + list).with("Allow", list);
}

}  // namespace

Api::Api(Services services)
    : services_(std::move(services)), router_(make_router(services_, metrics_)) {}

std::size_t Api::body_max(Method method, std::string_view path) const {
  const auto match = router_.match(method, path);
  return match.route == nullptr ? kUnknownBodyMax
                                : std::max(match.route->body_max, kUnknownBodyMax);
}

Response Api::refuse(int status, std::string_view why) {
  const std::string_view code = status == 413   ? "too_large"
                                : status == 503 ? "unavailable"
                                : status == 408 ? "timeout"
                                : status == 500 ? "internal"
                                                : "invalid_argument";
  Response response = problem(status, code, why);
  add_security_headers(response);
  metrics_.observe("-", "refused", status, 0);
  return response;
}

Response Api::handle(const Request& request) {
  const Micros started = services_.clock->monotonic();
  std::string user;
  Response response = answer(request, user);
  add_security_headers(response);
  const double took = (services_.clock->monotonic() - started).seconds();
  metrics_.observe(name_of(request.method), response.route, response.status, took);
  const std::string address = client_address(request);
  services_.log({name_of(request.method), response.route, address, user, response.log_detail,
                 response.status, took, response.content().size()});
  return response;
}

Response Api::answer(const Request& request, std::string& user) {
  if (request.path.empty() || request.path.front() != '/') {
    return problem(400, "invalid_argument", "请求地址应以 / 开头");
  }
  Router::Match match = router_.match(request.method, request.path);
  if (match.route == nullptr) return without_route(request, match);
  std::string route = match.route->pattern;
  Response response = answer_route(request, std::move(match), user);
  response.route = std::move(route);
  return response;
}

Response Api::without_route(const Request& request, const Router::Match& match) const {
  if (!match.allowed.empty()) return method_not_allowed(match.allowed);
  if (request.path.starts_with("/api/")) return problem(404, "not_found", "没有这个接口");
  if (!is_safe(request.method)) return method_not_allowed({Method::get});
  if (services_.console == nullptr) return problem(404, "not_found", "此服务没有安装控制台");
  Response response = services_.console->answer(request);
  response.route = "console";
  return response;
}

Response Api::answer_route(const Request& request, Router::Match match, std::string& user) {
  const Route& route = *match.route;
  auto query = parse_query(request.query);
  if (!query) return problem(query.error());
  Call call{request, std::move(match.path), std::move(*query), std::nullopt, {}};
  if (route.access == Access::session) {
    const std::string* cookies = request.header("Cookie");
    if (cookies != nullptr) call.token = cookie_value(*cookies, kSessionCookie).value_or("");
    auto session = services_.accounts->find_session(call.token);
    if (!session) return problem(session.error());
    user = session->principal.id.value;
    const std::string* csrf = request.header("X-CSRF-Token");
    if (!is_safe(request.method) &&
        (csrf == nullptr || !app::Accounts::csrf_matches(*session, *csrf))) {
      return problem(make_error(ErrorCode::forbidden, "缺少或错误的 X-CSRF-Token，请刷新页面后重试",
                                "X-CSRF-Token"));
    }
    call.session = std::move(*session);
  }
  if (!is_safe(request.method)) {
    if (auto refused = check_content_type(request, route.body)) return std::move(*refused);
  }
  return route.answer(call);
}

std::vector<std::string> route_list() {
  const Services none;
  const Metrics metrics;
  std::vector<std::string> list;
  const Router router = make_router(none, metrics);
  for (const Route& route : router.routes()) {
    list.push_back(std::string(name_of(route.method)) + " " + route.pattern);
  }
  return list;
}

}  // namespace xunjie::http
