#include "http/router.h"

#include <algorithm>

#include "base/check.h"
#include "http/url.h"

namespace xunjie::http {
namespace {

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// How many segments match literally, nullopt when the path does not fit.
std::optional<int> fit(std::string_view pattern, const std::vector<std::string_view>& segments,
                       std::map<std::string, std::string>& parameters) {
  const auto wanted = split_path(pattern);
  if (wanted.size() != segments.size()) return std::nullopt;
  int literal = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (is_parameter(wanted[i])) {
      auto value = percent_decode(segments[i], false);
      if (!value || value->empty()) return std::nullopt;
      parameters[std::string(wanted[i].substr(1, wanted[i].size() - 2))] = std::move(*value);
    } else if (wanted[i] == segments[i]) {
      ++literal;
    } else {
      return std::nullopt;
    }
  }
  return literal;
}

}  // namespace

void Router::add(Route route) {
  XUNJIE_CHECK(route.answer != nullptr);
  routes_.push_back(std::move(route));
}

void Router::get(std::string pattern, Access access, std::function<Response(const Call&)> answer) {
  add({Method::get, std::move(pattern), access, Body::none, 0, std::move(answer)});
}

void Router::send(Method method, std::string pattern, Access access,
                  std::function<Response(const Call&)> answer, std::size_t body_max) {
  const Body body = method == Method::delete_ ? Body::none : Body::json;
  add({method, std::move(pattern), access, body, body == Body::none ? 0 : body_max,
       std::move(answer)});
}

Router::Match Router::match(Method method, std::string_view path) const {
  const Method asked = method == Method::head ? Method::get : method;
  const auto segments = split_path(path);
  Match best;
  int best_literal = -1;
  for (const Route& route : routes_) {
    std::map<std::string, std::string> parameters;
    const auto literal = fit(route.pattern, segments, parameters);
    if (!literal) continue;
    best.allowed.push_back(route.method);
    if (route.method != asked || *literal <= best_literal) continue;
    best_literal = *literal;
    best.route = &route;
    best.path = std::move(parameters);
  }
  return best;
}

}  // namespace xunjie::http
