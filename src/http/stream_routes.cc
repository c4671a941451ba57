// The live stream of changes.
#include <charconv>
#include <optional>

#include "app/accounts.h"
#include "http/api.h"
#include "http/event_hub.h"
#include "http/reply.h"

namespace xunjie::http {
namespace {

EventHub::Reader reader_of(const Services& services, const Call& call) {
  EventHub::Reader reader;
  reader.principal = call.principal();
  reader.still_allowed = [accounts = services.accounts, token = call.token] {
    return accounts->find_session(token).ok();
  };
  if (const std::string* last = call.request.header("Last-Event-ID")) {
    std::int64_t position = 0;
    const auto [end, error] = std::from_chars(last->data(), last->data() + last->size(), position);
    if (error == std::errc() && end == last->data() + last->size()) {
      reader.resume_after = position;
    } else {
      reader.resume_unknown = true;
    }
  }
  return reader;
}

Response stream(const Services& services, const Call& call) {
  if (!services.hub->has_room()) {
    return problem(503, "unavailable", "实时连接数已达上限，请稍后重试");
  }
  Response response;
  response.with("Content-Type", "text/event-stream; charset=utf-8");
  response.with("X-Accel-Buffering", "no");  // a proxy must not hold events back
  response.stream = [hub = services.hub, reader = reader_of(services, call)](
                        const std::shared_ptr<StreamSink>& sink) mutable {
    reader.sink = sink;
    if (!hub->join(std::move(reader))) sink->close();
  };
  return response;
}

}  // namespace

void add_stream_routes(Router& router, const Services& services) {
  router.get("/api/v1/stream", Access::session,
             [&services](const Call& call) { return stream(services, call); });
}

}  // namespace xunjie::http
