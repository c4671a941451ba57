#include "server/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cctype>
#include <cstdlib>
#include <string>

namespace xunjie::server {
namespace {

constexpr std::size_t kQueueMax = 8192;
constexpr std::size_t kDetailMax = 500;

// Nothing a client sends may forge a line of its own.
std::string one_line(std::string_view text) {
  std::string line(text.substr(0, kDetailMax));
  for (char& c : line) {
    if (std::iscntrl(static_cast<unsigned char>(c)) != 0) c = ' ';
  }
  return line;
}

spdlog::level::level_enum level_of(const http::AccessRecord& record) {
  if (record.status >= 500) return spdlog::level::err;
  // Pictures and polling would drown everything else.
  return record.method == "GET" && record.status < 400 ? spdlog::level::debug : spdlog::level::info;
}

}  // namespace

void start_log() {
  spdlog::init_thread_pool(kQueueMax, 1);
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  auto logger = std::make_shared<spdlog::async_logger>(
      "xunjie", sink, spdlog::thread_pool(), spdlog::async_overflow_policy::overrun_oldest);
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  const char* level = std::getenv("XUNJIE_LOG");
  logger->set_level(level == nullptr ? spdlog::level::info : spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::warn);
  spdlog::set_default_logger(logger);
}

void stop_log() {
  spdlog::shutdown();
}

void log_request(const http::AccessRecord& record) {
  spdlog::log(level_of(record), "http {} {} {} {} bytes {:.1f} ms from {} by {}{}{}", record.method,
              record.route.empty() ? "(no route)" : record.route, record.status, record.bytes,
              record.seconds * 1000, one_line(record.address),
              record.user.empty() ? "nobody" : record.user, record.detail.empty() ? "" : ": ",
              one_line(record.detail));
}

}  // namespace xunjie::server
