// The table of routes: method, pattern, what the caller must prove, and the function that answers.
//
// Built once at start, then only read. A pattern is segments between slashes; "{name}" takes one
// non-empty segment, percent-decoded. A literal segment wins over a parameter.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/accounts.h"
#include "app/principal.h"
#include "http/http.h"

namespace xunjie::http {

enum class Access {
  open,     // anyone; the handler checks a token or signature of its own
  session,  // a signed-in person; other than GET also the CSRF token
};

enum class Body { none, json, media, document };  // what Content-Type is accepted

// A request that was let in.
struct Call {
  const Request& request;
  std::map<std::string, std::string> path;  // parameters of the pattern, decoded
  app::QueryParameters query;
  std::optional<app::Session> session;  // set where Access::session
  std::string token;                    // the session cookie, where there is one

  [[nodiscard]] const app::Principal& principal() const { return session->principal; }
  [[nodiscard]] const std::string& parameter(const std::string& name) const {
    return path.at(name);
  }
};

struct Route {
  Method method = Method::get;
  std::string pattern;
  Access access = Access::session;
  Body body = Body::none;
  std::size_t body_max = 0;
  std::function<Response(const Call&)> answer;
};

inline constexpr std::size_t kJsonBodyMax = 256u << 10;

class Router {
 public:
  void add(Route route);
  void get(std::string pattern, Access access, std::function<Response(const Call&)> answer);
  void send(Method method, std::string pattern, Access access,
            std::function<Response(const Call&)> answer, std::size_t body_max = kJsonBodyMax);

  struct Match {
    const Route* route = nullptr;  // nullptr: no such path, or not with this method
    std::map<std::string, std::string> path;
    std::vector<Method> allowed;  // methods of that path, for 405
  };
  [[nodiscard]] Match match(Method method, std::string_view path) const;
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace xunjie::http
