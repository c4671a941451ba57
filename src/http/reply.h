// From a use case's Result to a response; what every route file needs.
#pragma once

#include <string>

#include "base/result.h"
#include "http/http.h"
#include "http/problem.h"

namespace xunjie::http {

inline Response reply(Result<std::string> result, int status = 200) {
  if (!result) return problem(result.error());
  return json_response(std::move(*result), status);
}

inline Response reply_empty(const Result<void>& result) {
  if (!result) return problem(result.error());
  Response response;
  response.status = 204;
  return response;
}

}  // namespace xunjie::http
