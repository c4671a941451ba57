#include "message/http_client.h"

#include <curl/curl.h>

#include <memory>

#include "base/check.h"

namespace xunjie::message {
namespace {

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;
using List = std::unique_ptr<curl_slist, FreeList>;

struct Sink {
  std::string body;
  std::size_t limit = 0;
  bool overflowed = false;
};

std::size_t take(char* data, std::size_t, std::size_t count, void* user) {
  auto& sink = *static_cast<Sink*>(user);
  if (sink.body.size() + count > sink.limit) {
    sink.overflowed = true;
    return 0;  // ends the transfer
  }
  sink.body.append(data, count);
  return count;
}

// curl_global_init is not thread-safe on its own; a static's construction is.
void initialise_once() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  XUNJIE_CHECK(ready);
}

List to_list(const Headers& headers) {
  curl_slist* list = curl_slist_append(nullptr, "Content-Type: application/json");
  // Without this curl waits for "100 Continue" before a body of more than a kilobyte.
  list = curl_slist_append(list, "Expect:");
  for (const auto& [name, value] : headers)
    list = curl_slist_append(list, (name + ": " + value).c_str());
  return List(list);
}

Error from_curl(CURLcode code, const Sink& sink, const HttpLimits& limits) {
  const std::string detail = curl_easy_strerror(code);
  if (sink.overflowed) {
    return make_error(ErrorCode::too_large,
                      "对方的答复超过 " + std::to_string(limits.body_bytes) + " 字节", {}, detail);
  }
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return make_error(ErrorCode::timeout, "对方没有在时限内答复", {}, detail);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return make_error(ErrorCode::invalid_argument, "网关地址不是可用的 http(s) 地址", "url",
                        detail);
    default:
      return make_error(ErrorCode::unavailable, "连接不上对方", {}, detail);
  }
}

std::string path_of(const std::string& url) {
  const auto host = url.find("://");
  const auto slash = host == std::string::npos ? std::string::npos : url.find('/', host + 3);
  return slash == std::string::npos ? std::string() : url.substr(slash);
}

}  // namespace

Result<HttpReply> http_exchange(const std::string& method, const std::string& url,
                                const Headers& headers, const std::string& body,
                                const HttpLimits& limits) {
  initialise_once();
  const Handle handle(curl_easy_init());
  XUNJIE_CHECK(handle != nullptr);
  const List list = to_list(headers);
  Sink sink{.body = {}, .limit = limits.body_bytes};
  CURL* const curl = handle.get();
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list.get());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count / 1000));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.total.count / 1000));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &sink);
  if (!body.empty()) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
  }
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) return from_curl(code, sink, limits);
  HttpReply reply;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
  reply.body = std::move(sink.body);
  return reply;
}

Result<void> check_status(const HttpReply& reply) {
  if (reply.status >= 200 && reply.status < 300) return {};
  const std::string told = "对方答复 " + std::to_string(reply.status);
  const std::string detail = reply.body.substr(0, 500);
  switch (reply.status) {
    case 401:
    case 403:
      return make_error(ErrorCode::forbidden, told + "：不接受我方的签名或权限", {}, detail);
    case 404:
      return make_error(ErrorCode::not_found, told, {}, detail);
    case 408:
      return make_error(ErrorCode::timeout, told, {}, detail);
    case 409:
      return make_error(ErrorCode::already_exists, told + "：编号已用于别的内容", {}, detail);
    case 413:
      return make_error(ErrorCode::too_large, told, {}, detail);
    case 429:
      return make_error(ErrorCode::unavailable, told + "：请求过多", {}, detail);
    default:
      break;
  }
  const bool temporary = reply.status >= 500;
  return make_error(temporary ? ErrorCode::unavailable : ErrorCode::invalid_argument, told, {},
                    detail);
}

SignedPeer::SignedPeer(std::string base_url, Credentials credentials, const ports::Clock& clock,
                       HttpLimits limits)
    : base_url_(std::move(base_url)),
      base_path_(path_of(base_url_)),
      credentials_(std::move(credentials)),
      clock_(clock),
      limits_(limits) {}

Result<HttpReply> SignedPeer::call(const std::string& method, const std::string& path,
                                   const std::string& body, const std::string& query) {
  const Headers headers =
      signed_headers(credentials_, method, base_path_ + path, body, clock_.now());
  return http_exchange(method, base_url_ + path + query, headers, body, limits_);
}

}  // namespace xunjie::message
