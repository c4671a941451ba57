// A camera's own video, without end.
#include <memory>
#include <utility>

#include "app/accounts.h"
#include "app/live_views.h"
#include "http/api.h"
#include "http/reply.h"

namespace xunjie::http {
namespace {

// The engine's sink as the watcher sees it. A client that takes no more is dropped there.
class StreamedVideo final : public ports::VideoSink {
 public:
  explicit StreamedVideo(std::shared_ptr<StreamSink> sink) : sink_(std::move(sink)) {}
  bool push(std::shared_ptr<const std::string> bytes) override {
    return sink_->push(std::move(bytes));
  }
  void close() override { sink_->close(); }

 private:
  std::shared_ptr<StreamSink> sink_;
};

Response watch(const Services& services, const Call& call) {
  const std::string& camera = call.parameter("id");
  auto codec = services.live->open(call.principal(), camera);
  if (!codec) return problem(codec.error());
  Response response;
  response.with("Content-Type", "video/mp4; codecs=\"" + *codec + "\"");
  response.with("X-Accel-Buffering", "no");  // a proxy must not hold frames back
  response.stream = [&services, camera, viewer = call.principal(),
                     token = call.token](std::shared_ptr<StreamSink> sink) {
    auto still_allowed = [&services, viewer, camera, token] {
      return services.accounts->find_session(token).ok() && services.live->may(viewer, camera);
    };
    services.live->start(camera, std::make_shared<StreamedVideo>(std::move(sink)),
                         std::move(still_allowed));
  };
  return response;
}

}  // namespace

void add_live_routes(Router& router, const Services& services) {
  router.get("/api/v1/cameras/{id}/live", Access::session,
             [&services](const Call& call) { return watch(services, call); });
}

}  // namespace xunjie::http
