#include "app/live_views.h"

#include <utility>

#include "app/camera_acts.h"
#include "app/registry.h"
#include "domain/rights.h"

namespace xunjie::app {
namespace {

// Passes the film on, counts its viewer, and asks now and then whether they still may look.
class GuardedSink final : public ports::VideoSink {
 public:
  GuardedSink(std::shared_ptr<ports::VideoSink> sink, std::function<bool()> still_allowed,
              const ports::Clock& clock, std::shared_ptr<std::atomic<int>> viewers)
      : sink_(std::move(sink)),
        still_allowed_(std::move(still_allowed)),
        clock_(clock),
        viewers_(std::move(viewers)),
        asked_(clock.monotonic()) {}
  ~GuardedSink() override {
    sink_->close();
    --*viewers_;
  }
  GuardedSink(const GuardedSink&) = delete;
  GuardedSink& operator=(const GuardedSink&) = delete;

  bool push(std::shared_ptr<const std::string> bytes) override {
    const Micros now = clock_.monotonic();
    if (now - asked_ >= LiveViews::kAskEvery) {
      asked_ = now;
      if (!still_allowed_()) return false;
    }
    return sink_->push(std::move(bytes));
  }
  void close() override { sink_->close(); }

 private:
  std::shared_ptr<ports::VideoSink> sink_;
  std::function<bool()> still_allowed_;
  const ports::Clock& clock_;
  std::shared_ptr<std::atomic<int>> viewers_;
  Micros asked_;
};

}  // namespace

Result<std::string> LiveViews::codec_for(const Principal& viewer, const std::string& camera) const {
  if (!domain::may(viewer.role, domain::Duty::watch_live))
    return make_error(ErrorCode::forbidden, "您的岗位不能观看直播，可看最近画面");
  XUNJIE_TRY(found, registry_.in_reach(viewer, camera));
  ports::LiveVideo* const video = video_;
  const std::string reason(not_watched(found));
  if (video == nullptr || !reason.empty())
    return make_error(ErrorCode::not_allowed_in_state,
                      "此探头没有直播" + (reason.empty() ? "" : "：" + reason));
  return video->live_codec(found.config.id);
}

bool LiveViews::may(const Principal& viewer, const std::string& camera) const {
  return domain::may(viewer.role, domain::Duty::watch_live) &&
         registry_.in_reach(viewer, camera).ok();
}

Result<std::string> LiveViews::open(const Principal& viewer, const std::string& camera) {
  XUNJIE_TRY(codec, codec_for(viewer, camera));
  if (*viewers_ >= kViewersMax)
    return make_error(ErrorCode::unavailable, "观看直播的人已达上限，请稍后再看");
  XUNJIE_TRY_VOID(acts_.note(viewer, domain::CameraId(camera), CameraAct::live));
  return codec;
}

void LiveViews::start(const std::string& camera, std::shared_ptr<ports::VideoSink> sink,
                      std::function<bool()> still_allowed) {
  ports::LiveVideo* const video = video_;
  if (viewers_->fetch_add(1) >= kViewersMax || video == nullptr) {
    --*viewers_;
    return sink->close();
  }
  // Refused (the camera has got a mask meanwhile, say): the sink closes as it goes.
  (void)video->join_live(
      domain::CameraId(camera),
      std::make_shared<GuardedSink>(std::move(sink), std::move(still_allowed), clock_, viewers_));
}

}  // namespace xunjie::app
