#include "http/problem.h"

#include <array>
#include <charconv>
#include <string>

#include <boost/json.hpp>

namespace xunjie::http {
namespace {

constexpr int kRetryAfterS = 60;     // rate_limited
constexpr int kRetryAfterBusyS = 2;  // unavailable, timeout

struct Row {
  ErrorCode code;
  int status;
  std::string_view title;
};

constexpr std::array<Row, 15> kTable{{
    {ErrorCode::invalid_argument, 400, "请求内容有误"},
    {ErrorCode::not_found, 404, "没有找到"},
    {ErrorCode::already_exists, 409, "已经存在"},
    {ErrorCode::version_conflict, 409, "内容已被他人更新"},
    {ErrorCode::command_reused, 409, "指令编号已被使用"},
    {ErrorCode::not_allowed_in_state, 409, "当前状态不允许"},
    {ErrorCode::forbidden, 403, "没有权限"},
    {ErrorCode::unauthenticated, 401, "需要登录"},
    {ErrorCode::rate_limited, 429, "尝试过于频繁"},
    {ErrorCode::too_large, 413, "内容过大"},
    {ErrorCode::unavailable, 503, "暂时无法服务"},
    {ErrorCode::timeout, 504, "等待超时"},
    {ErrorCode::full, 507, "存储空间不足"},
    {ErrorCode::corrupt, 500, "数据校验失败"},
    {ErrorCode::internal, 500, "内部错误"},
}};

const Row& row_of(ErrorCode code) {
  for (const Row& row : kTable) {
    if (row.code == code) return row;
  }
  return kTable.back();
}

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "请求内容有误";
    case 405:
      return "不支持的方法";
    case 408:
      return "等待请求超时";
    case 413:
      return "内容过大";
    case 415:
      return "不支持的内容类型";
    case 431:
      return "请求头过大";
    case 503:
      return "暂时无法服务";
    default:
      return "请求未能完成";
  }
}

// An outdated version's error carries the current one as its detail.
std::optional<std::int64_t> current_version(const Error& error) {
  std::int64_t version = 0;
  const char* end = error.detail.data() + error.detail.size();
  const auto [stopped, failed] = std::from_chars(error.detail.data(), end, version);
  if (error.detail.empty() || failed != std::errc() || stopped != end) return std::nullopt;
  return version;
}

Response document(int status, std::string_view code, std::string_view title,
                  boost::json::object body) {
  boost::json::object whole;
  whole["type"] = "urn:xunjie:problem:" + std::string(code);
  whole["title"] = title;
  whole["status"] = status;
  whole["code"] = code;
  for (auto& member : body) whole[member.key()] = std::move(member.value());
  Response response;
  response.status = status;
  response.body = boost::json::serialize(whole);
  response.with("Content-Type", "application/problem+json; charset=utf-8");
  if (status == 429) response.with("Retry-After", std::to_string(kRetryAfterS));
  if (status == 503 || status == 504)
    response.with("Retry-After", std::to_string(kRetryAfterBusyS));
  return response;
}

}  // namespace

int status_of(ErrorCode code) {
  return row_of(code).status;
}

Response problem(const Error& error) {
  const Row& row = row_of(error.code);
  boost::json::object body;
  // What broke inside is for the log; the reader gets what can be acted on.
  const bool inside = row.status == 500;
  body["detail"] = inside || error.message.empty() ? std::string(row.title) : error.message;
  if (!error.field.empty()) body["field"] = error.field;
  if (error.code == ErrorCode::version_conflict) {
    if (const auto current = current_version(error)) body["current_version"] = *current;
  }
  Response response = document(row.status, name_of(error.code), row.title, std::move(body));
  response.log_detail = error.detail.empty() ? error.message : error.message + " | " + error.detail;
  return response;
}

Response problem(int status, std::string_view code, std::string_view detail) {
  return document(status, code, title_of(status), {{"detail", detail}});
}

}  // namespace xunjie::http
