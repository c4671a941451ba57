// From a use case's Result to a response; what every route file needs.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "base/result.h"
#include "http/http.h"
#include "http/problem.h"

namespace xunjie::http {

inline Response reply(Result<std::string> result, int status = 200) {
  if (!result) return problem(result.error());
  return json_response(std::move(*result), status);
}

// 202: the copy that may be shown is being made; ask again in a moment.
inline Response being_prepared() {
  Response response =
      json_response(R"({"status":"preparing","detail":"正在生成对外副本，请稍候再取"})", 202);
  return std::move(response).with("Retry-After", "2").with("Cache-Control", "no-store");
}

inline Response reply_empty(const Result<void>& result) {
  if (!result) return problem(result.error());
  Response response;
  response.status = 204;
  return response;
}

inline Response bytes_response(std::span<const std::byte> bytes, std::string type) {
  Response response;
  response.body.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  response.with("Content-Type", std::move(type));
  return response;
}

}  // namespace xunjie::http
